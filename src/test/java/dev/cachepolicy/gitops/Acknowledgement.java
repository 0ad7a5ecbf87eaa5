package dev.cachepolicy.gitops;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.operator.status.Conditions;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Watches one policy for its next change: from the moment at which the API server took it to the status that says that
 * all pods follow it. To be opened before the change is made.
 */
public final class Acknowledgement implements Watcher<CachePolicy>, AutoCloseable {

    private final long generation;
    private final CompletableFuture<Long> taken = new CompletableFuture<>();
    private final CompletableFuture<Long> followed = new CompletableFuture<>();
    private @Nullable Watch watch;

    private Acknowledgement(long generation) {
        this.generation = generation;
    }

    /** {@return a watch that sees everything from this call on} */
    public static Acknowledgement of(KubernetesClient client, String namespace, String policy) {
        var resource =
                client.resources(CachePolicy.class).inNamespace(namespace).withName(policy);
        CachePolicy now = resource.require();
        Acknowledgement acknowledgement = new Acknowledgement(now.getMetadata().getGeneration());
        acknowledgement.watch = resource.watch(acknowledgement);
        return acknowledgement;
    }

    @Override
    public void eventReceived(Action action, CachePolicy policy) {
        if (policy.getMetadata().getGeneration() <= generation) {
            return;
        }
        long now = System.nanoTime();
        taken.complete(now);
        boolean synced = policy.getStatus() != null
                && Conditions.find(policy.getStatus().conditions(), "AgentsSynced")
                        .filter(c -> c.getStatus().equals("True")
                                && policy.getMetadata().getGeneration().equals(c.getObservedGeneration()))
                        .isPresent();
        if (synced) {
            followed.complete(now);
        }
    }

    @Override
    public void onClose(WatcherException cause) {
        followed.completeExceptionally(cause);
    }

    /** {@return how long it took, once all pods follow} */
    public Duration await(Duration patience) throws InterruptedException, ExecutionException, TimeoutException {
        long end = followed.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        return Duration.ofNanos(end - taken.join());
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
