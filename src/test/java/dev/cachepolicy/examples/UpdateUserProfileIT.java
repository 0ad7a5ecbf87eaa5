package dev.cachepolicy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Write the source, then delete the key: what that does not do by itself, and does where the keys' policy has stampede. */
class UpdateUserProfileIT {

    private static final Duration LOAD = Duration.ofMillis(50);
    private static final int READERS = 6;
    private static final int UPDATES = 20;

    @TempDir
    private static Path directory;

    private static ClassicPods pods;

    @BeforeAll
    static void start() throws IOException {
        pods = new ClassicPods(directory, Path.of("examples/apps/classic/user-profiles.yaml"));
    }

    @AfterAll
    static void stop() {
        pods.close();
    }

    @Test
    void aLoadThatAnUpdateOvertakesPutsItsOldValueIntoPlainRedis() throws Exception {
        assertThat(readAfterALateLoad("plain", pods.plain("get_user.py"), pods.plain("update_user_profile.py")))
                .as("deleted, and there again")
                .isEqualTo(1);
        assertThat(pods.source.loads("plain")).isEqualTo(1);
    }

    @Test
    void aLoadThatAnUpdateOvertakesPutsNothingThroughTheAgents() throws Exception {
        assertThat(readAfterALateLoad("agents", pods.inPod(0, "get_user.py"), pods.inPod(1, "update_user_profile.py")))
                .isEqualTo(2);
        assertThat(pods.source.loads("agents")).as("loaded again").isEqualTo(2);
    }

    /** {@return the version that a reader gets who asks when all is over} */
    private static int readAfterALateLoad(String id, ClassicProgram reader, ClassicProgram updater) throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        pods.source.takes(() -> {
            loading.countDown();
            goOn.await();
        });
        reader.ask(id);
        assertThat(loading.await(1, TimeUnit.MINUTES)).isTrue();
        int updated = version(updater, id + " new@example.com");
        goOn.countDown();

        assertThat(updated).isEqualTo(2);
        assertThat(reader.answer().path("version").intValue())
                .as("began before the update")
                .isEqualTo(1);
        return version(reader, id);
    }

    private static int version(ClassicProgram program, String line) throws Exception {
        return program.answer(line).path("version").intValue();
    }

    @Test
    void onceTheDelIsAnsweredNobodyGetsAnOlderVersion() throws Exception {
        Traffic plain = new Traffic("busy-plain");
        plain.run(
                pods.plain(READERS, "get_user.py"), pods.plain("update_user_profile.py"), () -> plain.stale.get() > 0);
        Traffic agents = new Traffic("busy-agents");
        agents.run(
                pods.inPods(READERS, "get_user.py"),
                pods.inPod(0, "update_user_profile.py"),
                () -> voidFills() >= UPDATES / 4);

        System.out.println("UpdateUserProfileIT: plain Redis: " + plain + "; through agents: " + agents + ", "
                + Math.round(voidFills()) + " values not stored");
        assertThat(plain.stale).as("what makes this test worth its name").hasPositiveValue();
        assertThat(voidFills()).as("old values that were on their way").isPositive();
        assertThat(agents.stale).hasValue(0);
    }

    private static double voidFills() {
        return pods.metric("cachepolicy_void_fills_total", "reason=\"invalidated\"");
    }

    /** Readers who read all the time, and updates between. */
    private static final class Traffic {

        private final String id;
        private final AtomicInteger answered = new AtomicInteger(1);
        private final AtomicInteger reads = new AtomicInteger();
        final AtomicInteger stale = new AtomicInteger();
        private int updates;
        private volatile boolean over;

        Traffic(String id) {
            this.id = id;
        }

        /** @param shown whether that has happened for which the updates are made */
        void run(List<ClassicProgram> readers, ClassicProgram updater, BooleanSupplier shown) throws Exception {
            pods.source.takes(() -> Thread.sleep(LOAD));
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> all = new ArrayList<>();
                readers.forEach(reader -> all.add(threads.submit(() -> read(reader))));
                long begun = System.nanoTime();
                while (updates < UPDATES
                        || !shown.getAsBoolean() && System.nanoTime() - begun < TimeUnit.MINUTES.toNanos(1)) {
                    update(updater);
                }
                over = true;
                for (Future<?> reader : all) {
                    reader.get();
                }
            } finally {
                over = true;
            }
        }

        private Void read(ClassicProgram reader) throws Exception {
            while (!over) {
                int least = answered.get();
                if (version(reader, id) < least) {
                    stale.incrementAndGet();
                }
                reads.incrementAndGet();
            }
            return null;
        }

        /** The next one comes while somebody loads, or when all have had the value, in turn. */
        private void update(ClassicProgram updater) throws Exception {
            int loaded = pods.source.loads(id);
            int read = reads.get();
            answered.set(version(updater, id + " ann" + updates + "@example.com"));
            boolean early = updates++ % 2 == 0;
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> (early && pods.source.loads(id) > loaded) || reads.get() > read + 10 * READERS);
        }

        @Override
        public String toString() {
            return updates + " updates, " + reads + " reads, " + stale + " of them older than an answered DEL";
        }
    }
}
