package dev.cachepolicy.operator.status;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.net.HttpURLConnection;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes statuses by server-side apply, and only those that differ: in a steady state nothing is written. */
public final class StatusPatch {

    private StatusPatch() {}

    /**
     * Brings a resource's status up to date.
     *
     * @param resource as the SDK's cache has it; it is not changed
     * @param patch an empty resource of its type
     * @param written called after a write with the status before and after
     */
    public static <S, R extends CustomResource<?, S>> void apply(
            R resource, S status, R patch, Context<R> context, BiConsumer<@Nullable S, S> written) {
        S before = resource.getStatus();
        if (status.equals(before)) {
            return;
        }
        patch.setMetadata(new ObjectMetaBuilder()
                .withNamespace(resource.getMetadata().getNamespace())
                .withName(resource.getMetadata().getName())
                .build());
        patch.setStatus(status);
        try {
            // Into the SDK's cache at once: the next reconciliation must not go by the status before this one.
            PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(resource, patch, context);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return; // Deleted meanwhile: there is nobody left to tell.
            }
            throw e;
        }
        written.accept(before, status);
    }
}
