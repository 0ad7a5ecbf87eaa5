package dev.cachepolicy.operator;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of several operators leads, by a Lease. What a leader does must end before another may begin, and a process that
 * lost the Lease cannot know what of its work is still under way; so losing it ends the process. A leader that stops in
 * order gives the Lease back first, and the next takes over at once.
 */
final class Leadership implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    /** As in controller-runtime; the gap between deadline and duration is the time to end in. */
    record Times(Duration lease, Duration renewDeadline, Duration retry) {
        static final Times DEFAULT = new Times(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }

    private final KubernetesClient client;
    private final ExecutorService executor;
    private final CompletableFuture<?> election;
    private final String lease;
    private volatile boolean closing;

    private Leadership(
            KubernetesClient client,
            String namespace,
            String lease,
            String identity,
            Times times,
            Runnable lead,
            Runnable lost) {
        this.client = client;
        this.lease = lease;
        this.executor = Executors.newVirtualThreadPerTaskExecutor();
        this.election = client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName(lease)
                        .withLock(new LeaseLock(namespace, lease, identity))
                        .withLeaseDuration(times.lease())
                        .withRenewDeadline(times.renewDeadline())
                        .withRetryPeriod(times.retry())
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(new LeaderCallbacks(
                                () -> executor.execute(lead), () -> ended(lost), Leadership::announce))
                        .build())
                .build()
                .start();
    }

    /**
     * Takes part in the election.
     *
     * @param near a client whose configuration is used; the election has a client of its own whose requests fail fast,
     *     because a renewal that hangs in retries would outlive the Lease
     * @param namespace of the Lease
     * @param lease its name
     * @param identity of this process, never used by another
     * @param lead called once, on a thread of its own, when this process leads
     * @param lost called when it no longer does without having been closed
     */
    static Leadership start(
            KubernetesClient near,
            String namespace,
            String lease,
            String identity,
            Times times,
            Runnable lead,
            Runnable lost) {
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(near.getConfiguration())
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout((int) times.retry().toMillis())
                        .build())
                .build();
        return new Leadership(client, namespace, lease, identity, times, lead, lost);
    }

    private void ended(Runnable lost) {
        if (!closing) {
            LOG.error("lost the Lease {}", lease);
            lost.run();
        }
    }

    private static void announce(@Nullable String leader) {
        LOG.info("the leader is {}", leader == null || leader.isEmpty() ? "nobody" : leader);
    }

    /** Leaves the election, and gives the Lease back if this process holds it. The work of a leader must have ended before. */
    @Override
    public void close() {
        closing = true;
        election.cancel(true);
        executor.close();
        client.close();
    }
}
