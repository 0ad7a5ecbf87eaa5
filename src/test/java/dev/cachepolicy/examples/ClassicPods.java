package dev.cachepolicy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachepolicy.cli.CommandRun;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.testing.AgentProcess;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import dev.cachepolicy.testing.TestClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Redis, a source, and the agents of two pods that follow policies as the operator would publish them. Programs are run
 * against Redis itself, or spread over the pods.
 */
final class ClassicPods implements AutoCloseable {

    private static final Path BACKEND = Path.of("examples", "cachebackend.yaml");
    private static final int PODS = 2;

    final RedisProcess redis = RedisProcess.start();
    final Source source = new Source();
    private final Path directory;
    private final List<AgentProcess> agents = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<ClassicProgram> programs = new ArrayList<>();

    /**
     * @param directory for what must be written
     * @param policies the files of CachePolicies
     */
    ClassicPods(Path directory, Path... policies) throws IOException {
        this.directory = directory;
        TestClients.install();
        for (int pod = 0; pod < PODS; pod++) {
            int port = Ports.free();
            ports.add(port);
            agents.add(AgentProcess.below(Files.createDirectory(directory.resolve("pod-" + pod)))
                    .mount("config/shop-redis", Map.of(AgentConfig.FILE_NAME, rendered(port, policies)))
                    .start());
        }
    }

    private String rendered(int port, Path... policies) throws IOException {
        String backend = Files.readString(BACKEND).replace("redis.shop.svc:6379", redis.endpoint());
        assertThat(backend).contains(redis.endpoint(), "\n  agent:\n");
        List<String> arguments = new ArrayList<>(List.of("render"));
        arguments.add(Files.writeString(
                        directory.resolve("backend.yaml"),
                        backend.replace("\n  agent:\n", "\n  agent:\n    port: " + port + "\n"))
                .toString());
        List.of(policies).forEach(policy -> arguments.add(policy.toString()));
        CommandRun render = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(render.status()).as(render.err()).isZero();
        return render.out();
    }

    /** {@return a program that talks to Redis} */
    ClassicProgram plain(String file) throws IOException {
        return started(file, "redis://" + redis.endpoint());
    }

    /** {@return a program in a pod} */
    ClassicProgram inPod(int pod, String file) throws IOException {
        return started(file, "redis://127.0.0.1:" + ports.get(pod));
    }

    private ClassicProgram started(String file, String redisUrl) throws IOException {
        ClassicProgram program = new ClassicProgram(directory, file, redisUrl, source.url());
        programs.add(program);
        return program;
    }

    /** {@return so many that talk to Redis, each with its connections open} */
    List<ClassicProgram> plain(int count, String file) throws IOException, InterruptedException {
        List<ClassicProgram> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(plain(file));
        }
        return connected(some);
    }

    /** {@return so many spread over the pods, each with its connections open} */
    List<ClassicProgram> inPods(int count, String file) throws IOException, InterruptedException {
        List<ClassicProgram> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(inPod(i % PODS, file));
        }
        return connected(some);
    }

    /** Each has had an answer to a question of its own, so that what is asked next is asked by all at once. */
    private List<ClassicProgram> connected(List<ClassicProgram> some) throws IOException, InterruptedException {
        for (ClassicProgram program : some) {
            program.ask("first-of-" + programs.indexOf(program));
        }
        for (ClassicProgram program : some) {
            JsonNode answer = program.answer();
            assertThat(answer).isNotNull();
        }
        return some;
    }

    /**
     * {@return a counter, or the count of a histogram, summed over pods and policies}
     *
     * @param label one that a sample must have, as the page writes it; empty: any
     */
    double metric(String name, String label) {
        return agents.stream()
                .flatMap(agent -> agent.page("/metrics").lines())
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        programs.forEach(ClassicProgram::close);
        agents.forEach(AgentProcess::close);
        source.close();
        redis.close();
    }
}
