package dev.cachepolicy.injector;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two loops while certificates change: pods created (dry run) through the API server, and TLS handshakes of a client
 * that trusts what was in the webhook configuration a moment before, as an API server does that is slow to learn.
 */
final class AdmissionLoad implements AutoCloseable {

    private final WebhookEnvironment environment;
    private final List<Integer> ports;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger admissions = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final List<Thread> loops;
    private volatile boolean stopped;

    AdmissionLoad(WebhookEnvironment environment, Integer... ports) {
        this.environment = environment;
        this.ports = List.of(ports);
        this.loops = List.of(
                Thread.ofVirtual().start(() -> loop(this::admit, admissions)),
                Thread.ofVirtual().start(() -> loop(this::shakeHands, handshakes)));
    }

    private interface Step {
        void run() throws Exception;
    }

    private void loop(Step step, AtomicInteger done) {
        while (!stopped) {
            try {
                step.run();
            } catch (Exception e) {
                failures.add(e.toString());
            }
            done.incrementAndGet();
        }
    }

    private void admit() {
        var created =
                environment.client.resource(environment.pod()).dryRun(true).create();
        if (created.getSpec().getInitContainers().isEmpty()) {
            failures.add("admitted without an agent");
        }
    }

    private void shakeHands() throws Exception {
        Handshake handshake = Handshake.trusting(environment.publishedBundle());
        for (int port : ports) {
            handshake.with(port);
        }
    }

    /** Waits for this many more of both, so that the API server has had the time to use what was published. */
    void awaitMore(int count) {
        int admitted = admissions.get();
        int shaken = handshakes.get();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> admissions.get() >= admitted + count && handshakes.get() >= shaken + count);
    }

    /** {@return what went wrong so far} */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread loop : loops) {
            loop.join();
        }
    }
}
