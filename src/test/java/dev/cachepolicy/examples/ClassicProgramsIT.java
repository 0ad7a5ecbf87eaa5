package dev.cachepolicy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.TestClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs as tutorials have them, unmodified: what their source sees of an expiry before a policy and after it. */
class ClassicProgramsIT {

    private static final Duration LOAD = Duration.ofMillis(300);
    private static final int READERS = 8;
    private static final int CHATS = 4;
    private static final int EXPIRIES = 3;
    private static final String MODEL = "claude-opus-5-5";

    @TempDir
    private static Path directory;

    private static ClassicPods pods;

    @BeforeAll
    static void start() throws IOException {
        pods = new ClassicPods(
                directory,
                Path.of("examples/apps/classic/user-profiles.yaml"),
                Path.of("examples/policies/llm-responses.yaml"));
    }

    @AfterAll
    static void stop() {
        pods.close();
    }

    @Test
    void ofReadersThatMissAUserAtOnceOneLoadsIt() throws Exception {
        List<Integer> before = loadsOfEachExpiry(pods.plain(READERS, "get_user.py"), "before", "user:before", true);
        List<Integer> after = loadsOfEachExpiry(pods.inPods(READERS, "get_user.py"), "after", "user:after", false);

        report("get_user.py", READERS, before, after);
        assertThat(before).hasSize(EXPIRIES).containsOnly(READERS);
        assertThat(after).hasSize(EXPIRIES).containsOnly(1);
        assertThat(secondsToLive("user:before")).as("what its authors chose").isBetween(1L, 600L);
        assertThat(secondsToLive("user:after")).as("what the policy says").isBetween(601L, 900L);
    }

    @Test
    void ofIdenticalPromptsAtOnceOneIsPaidFor() throws Exception {
        List<Integer> before = loadsOfEachExpiry(
                pods.plain(CHATS, "ask.js"), "Why is the sky blue?", key("Why is the sky blue?"), true);
        List<Integer> after = loadsOfEachExpiry(
                pods.inPods(CHATS, "ask.js"), "Why is the sea blue?", key("Why is the sea blue?"), false);

        report("ask.js", CHATS, before, after);
        assertThat(before).hasSize(EXPIRIES).containsOnly(CHATS);
        assertThat(after).hasSize(EXPIRIES).containsOnly(1);
        assertThat(pods.redis.cli("GET", key("Why is the sea blue?")))
                .as("stored under the prompt in base64")
                .isEqualTo("You said: Why is the sea blue?");
    }

    private static String key(String prompt) {
        return "llm:" + MODEL + ":" + Base64.getEncoder().encodeToString(prompt.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Has all ask for what is not in Redis, several times.
     *
     * @param allMiss whether the source answers nobody until all have asked it, so that it does not depend on the machine
     *     how many do
     * @return the source's calls of each time
     */
    private static List<Integer> loadsOfEachExpiry(
            List<ClassicProgram> programs, String asked, String key, boolean allMiss) throws Exception {
        List<Integer> loads = new ArrayList<>();
        int loaded = pods.source.loads(asked);
        for (int i = 0; i < EXPIRIES; i++) {
            pods.redis.cli("PEXPIRE", key, "1");
            await().until(() -> pods.redis.cli("EXISTS", key).equals("0"));
            CountDownLatch all = new CountDownLatch(allMiss ? programs.size() : 0);
            pods.source.takes(() -> {
                all.countDown();
                all.await();
                Thread.sleep(LOAD);
            });
            List<JsonNode> answers = ClassicProgram.answers(programs, asked);
            assertThat(answers).hasSize(programs.size()).containsOnly(answers.getFirst());
            assertThat(answers.getFirst().toString()).contains(asked);
            loads.add(pods.source.loads(asked) - loaded);
            loaded = pods.source.loads(asked);
        }
        return loads;
    }

    /** A person who tries the programs has no test that answers them. */
    @Test
    void theSourceBesideThemAnswersThemAll() throws Exception {
        int port = Ports.free();
        ProcessBuilder builder = new ProcessBuilder("node", "source.js")
                .directory(TestClients.CLASSIC.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(Map.of("PORT", String.valueOf(port), "MILLIS", "1"));
        Process source = builder.start();
        try (BufferedReader calls = source.inputReader();
                ClassicProgram reader = byHand("get_user.py", port);
                ClassicProgram updater = byHand("update_user_profile.py", port);
                ClassicProgram mutex = byHand("mutex.js", port);
                ClassicProgram chat = byHand("ask.js", port)) {
            assertThat(calls.readLine()).isEqualTo("listening on " + port);
            assertThat(reader.answer("7").path("version").intValue()).isEqualTo(1);
            assertThat(updater.answer("7 ann@example.com").path("version").intValue())
                    .isEqualTo(2);
            assertThat(mutex.answer("7").path("email").textValue()).isEqualTo("ann@example.com");
            assertThat(chat.answer("Hello").textValue()).isEqualTo("You said: Hello");
            assertThat(List.of(calls.readLine(), calls.readLine(), calls.readLine(), calls.readLine()))
                    .containsExactly(
                            "call 1: GET /users/7",
                            "call 2: PUT /users/7",
                            "call 3: GET /users/7",
                            "call 4: POST /v1/messages");
            for (ClassicProgram program : List.of(reader, updater, mutex, chat)) {
                program.end();
            }
        } finally {
            source.destroyForcibly();
        }
    }

    private static ClassicProgram byHand(String file, int sourcePort) throws IOException {
        return new ClassicProgram(
                directory, file, "redis://" + pods.redis.endpoint(), "http://127.0.0.1:" + sourcePort);
    }

    private static long secondsToLive(String key) {
        return Long.parseLong(pods.redis.cli("TTL", key));
    }

    private static void report(String program, int readers, List<Integer> before, List<Integer> after) {
        System.out.printf(
                "ClassicProgramsIT: %s, %d readers at once, calls of the source for each expiry: %s before, %s with the policy%n",
                program, readers, before, after);
    }
}
