package dev.cachepolicy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachepolicy.testing.TestClients;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program of {@code examples/apps/classic}, running: it takes a line, and answers with a line of JSON. */
final class ClassicProgram implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENDED = "";

    private final Path log;
    private final Process process;
    private final BufferedWriter input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /**
     * @param directory for what it says on stderr, and where it finds nothing of whoever runs the test
     * @param file its name
     */
    ClassicProgram(Path directory, String file, String redisUrl, String sourceUrl) throws IOException {
        log = Files.createTempFile(directory, file, ".log");
        ProcessBuilder builder = new ProcessBuilder(file.endsWith(".py") ? TestClients.PYTHON : "node", file)
                .directory(TestClients.CLASSIC.toFile())
                .redirectError(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ANTHROPIC_"));
        builder.environment()
                .putAll(Map.of(
                        "REDIS_URL",
                        redisUrl,
                        "SOURCE_URL",
                        sourceUrl,
                        "ANTHROPIC_BASE_URL",
                        sourceUrl,
                        "ANTHROPIC_API_KEY",
                        "of-a-test",
                        "NO_PROXY",
                        "127.0.0.1",
                        "HOME",
                        directory.toString()));
        process = builder.start();
        input = process.outputWriter(StandardCharsets.UTF_8);
        Thread.startVirtualThread(this::read);
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (UncheckedIOException | IOException e) {
            lines.add("cannot be read: " + e);
        }
        lines.add(ENDED);
    }

    /** Sends a line; does not wait for the answer. */
    void ask(String line) {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(said(), e);
        }
    }

    /** {@return the next answer} */
    JsonNode answer() throws InterruptedException, IOException {
        String line = lines.poll(1, TimeUnit.MINUTES);
        assertThat(line).as(said()).isNotNull().isNotEqualTo(ENDED);
        return JSON.readTree(line);
    }

    /** {@return its answer to this line} */
    JsonNode answer(String line) throws InterruptedException, IOException {
        ask(line);
        return answer();
    }

    /** Asks all at once, and takes all answers. */
    static List<JsonNode> answers(List<ClassicProgram> programs, String line) throws InterruptedException, IOException {
        programs.forEach(program -> program.ask(line));
        JsonNode[] answers = new JsonNode[programs.size()];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = programs.get(i).answer();
        }
        return List.of(answers);
    }

    private String said() {
        try {
            return log.getFileName() + ": " + Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Ends its input, and with it the program. */
    void end() throws IOException, InterruptedException {
        input.close();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(said()).isTrue();
        assertThat(process.exitValue()).as(said()).isZero();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
