package dev.cachepolicy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mutex that somebody wrote by hand before there were policies goes on under them, with them and beside them. */
class HandWrittenMutexIT {

    private static final Path LEASED = Path.of("examples/apps/classic/user-profiles.yaml");
    private static final Path NOT_LEASED = Path.of("examples/policies/user-profiles.yaml");

    private static final Duration LOAD = Duration.ofMillis(300);
    private static final Duration RETRY = Duration.ofMillis(50);
    private static final Duration MAX_BLOCK = Duration.ofMillis(50);
    private static final int READERS = 8;

    /** For a machine that has something else to do. Far below every maxWait here that a deadlock would wait for. */
    private static final Duration ALLOWANCE = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private ClassicPods pods;

    private void start(Path policy) throws IOException {
        pods = new ClassicPods(directory, policy);
        pods.source.takes(() -> Thread.sleep(LOAD));
    }

    @AfterEach
    void stop() {
        pods.close();
    }

    /** A policy that says nothing of stampedes changes nothing of it. */
    @Test
    void itWorksThroughAnAgentAsItDoesWithout() throws Exception {
        start(NOT_LEASED);

        int before = loads(pods.plain(READERS, "mutex.py"), "before");
        int after = loads(pods.inPods(READERS, "mutex.py"), "after");

        System.out.printf(
                "HandWrittenMutexIT: mutex.py, %d readers at once: %d calls to plain Redis, %d through agents%n",
                READERS, before, after);
        // Twice where a reader finds no value, and takes the lock only after another has stored one and given it back.
        assertThat(before).isBetween(1, 2);
        assertThat(after).isBetween(1, 2);
        assertThat(pods.redis.cli("KEYS", "lock:*"))
                .as("locks that were not given back")
                .isEmpty();
    }

    @Test
    void itIsInNobodysWayUnderAPolicyThatDoesTheSame() throws Exception {
        start(patient(LEASED));
        List<ClassicProgram> programs = pods.inPods(READERS, "mutex.py");

        long begun = System.nanoTime();
        int loads = loads(programs, "42");
        Duration took = Duration.ofNanos(System.nanoTime() - begun);

        System.out.printf(
                "HandWrittenMutexIT: mutex.py, %d readers at once, under stampede: %d calls, %d ms%n",
                READERS, loads, took.toMillis());
        assertThat(loads).isEqualTo(1);
        assertThat(took).isLessThan(LOAD.plus(RETRY).plus(ALLOWANCE));
        assertThat(pods.redis.cli("KEYS", "lock:*"))
                .as("locks that were not given back")
                .isEmpty();
    }

    /** The reply that says who has the lock stands behind those of readers that wait for whoever has it. */
    @Test
    void itEndsWhereAllShareOneConnection() throws Exception {
        start(patient(LEASED));
        Duration before = allAtOnce(pods.plain(1, "mutex.js").getFirst(), "before");
        Duration took = allAtOnce(pods.inPods(1, "mutex.js").getFirst(), "after");

        long held = Math.round(pods.metric("cachepolicy_lease_wait_duration_seconds_count", ""));
        System.out.printf(
                "HandWrittenMutexIT: mutex.js, %d at once over one connection: %d calls, %d ms to plain Redis,"
                        + " %d calls, %d ms under stampede, %d reads held%n",
                READERS,
                pods.source.loads("before"),
                before.toMillis(),
                pods.source.loads("after"),
                took.toMillis(),
                held);
        assertThat(held).as("reads that were held").isPositive();
        assertThat(took)
                .isLessThan(LOAD.plus(RETRY).plus(MAX_BLOCK.multipliedBy(held)).plus(ALLOWANCE));
        assertThat(pods.source.loads("before")).isBetween(1, 2);
        assertThat(pods.source.loads("after")).isEqualTo(1);
    }

    /** {@return how long it takes until all have the user} */
    private static Duration allAtOnce(ClassicProgram program, String id) throws Exception {
        long begun = System.nanoTime();
        for (int i = 0; i < READERS; i++) {
            program.ask(id);
        }
        for (int i = 0; i < READERS; i++) {
            assertThat(program.answer().path("id").textValue()).isEqualTo(id);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** {@return the policy with waits so long that who waits for one in vain cannot be taken for who is slow} */
    private Path patient(Path policy) throws IOException {
        String text = Files.readString(policy);
        String patient = text.replace("lockTimeout: 30s, maxWait: 4s", "lockTimeout: 60s, maxWait: 60s");
        assertThat(patient).isNotEqualTo(text);
        return Files.writeString(directory.resolve("policy.yaml"), patient);
    }

    private int loads(List<ClassicProgram> programs, String id) throws Exception {
        List<JsonNode> answers = ClassicProgram.answers(programs, id);
        assertThat(answers).hasSize(READERS).containsOnly(answers.getFirst());
        return pods.source.loads(id);
    }
}
