package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Touches an annotation of pods whose agents lag, because a kubelet that sees its pod change refreshes the pod's mounted
 * ConfigMaps at once instead of within a minute. The annotation names the revision of each backend, so a pod is touched
 * once for a revision, also by an operator that has just started. One pod's nudges coalesce, and all together are slowed
 * to a rate that an API server does not notice.
 */
final class PodNudges implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodNudges.class);
    private static final Duration PACE = Duration.ofMillis(20);
    private static final int REMEMBERED = 10_000;

    private final KubernetesClient client;
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    private final Map<String, Nudge> waiting = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Long>> sent = new Recent();
    private final Thread worker;

    PodNudges(KubernetesClient client) {
        this.client = client;
        this.worker = Thread.ofVirtual().name("pod-nudges").start(this::run);
    }

    private record Nudge(String namespace, String name, String uid, Map<String, Long> revisions) {

        Nudge and(Nudge other) {
            Map<String, Long> both = new TreeMap<>(revisions);
            other.revisions.forEach((backend, revision) -> both.merge(backend, revision, Math::max));
            return new Nudge(namespace, name, uid, both);
        }
    }

    /** Has a pod refreshed if it was not for this revision of a backend's configuration. Does not block. */
    void nudge(Pod pod, String backend, long revision) {
        String uid = pod.getMetadata().getUid();
        Map<String, Long> known = known(pod);
        if (known.getOrDefault(backend, 0L) >= revision) {
            return;
        }
        Map<String, Long> revisions = new TreeMap<>(known);
        revisions.put(backend, revision);
        Nudge nudge =
                new Nudge(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), uid, revisions);
        waiting.compute(uid, (_, before) -> {
            if (before == null) {
                queue.add(uid);
                return nudge;
            }
            return before.and(nudge);
        });
    }

    private Map<String, Long> known(Pod pod) {
        Map<String, Long> known = new TreeMap<>();
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(Names.CONFIG_REVISION_ANNOTATION);
        for (String entry : text == null ? new String[0] : text.split(",", -1)) {
            String[] sides = entry.split("=", 2);
            if (sides.length == 2 && sides[1].matches("[0-9]{1,18}")) {
                known.put(sides[0], Long.parseLong(sides[1]));
            }
        }
        synchronized (sent) {
            sent.getOrDefault(pod.getMetadata().getUid(), Map.of()).forEach((b, r) -> known.merge(b, r, Math::max));
        }
        return known;
    }

    private void run() {
        try {
            while (true) {
                Nudge nudge = waiting.remove(queue.take());
                if (nudge != null) {
                    touchOrGoOn(nudge);
                    Thread.sleep(PACE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void touchOrGoOn(Nudge nudge) {
        try {
            touch(nudge);
        } catch (RuntimeException e) {
            // A mistake of ours with one pod must not keep all others waiting for good.
            LOG.error("could not touch pod {}/{}", nudge.namespace(), nudge.name(), e);
            synchronized (sent) {
                sent.remove(nudge.uid());
            }
        }
    }

    private void touch(Nudge nudge) {
        StringBuilder text = new StringBuilder();
        nudge.revisions()
                .forEach((backend, revision) -> text.append(text.isEmpty() ? "" : ",")
                        .append(backend)
                        .append('=')
                        .append(revision));
        // The uid makes the API server refuse the patch if this is another pod by now.
        Pod patch = new PodBuilder()
                .withNewMetadata()
                .withName(nudge.name())
                .withUid(nudge.uid())
                .addToAnnotations(Names.CONFIG_REVISION_ANNOTATION, text.toString())
                .endMetadata()
                .build();
        synchronized (sent) {
            sent.put(nudge.uid(), nudge.revisions());
        }
        try {
            // By name alone, the client would read the pod before every patch.
            client.resource(patch)
                    .inNamespace(nudge.namespace())
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            client.getKubernetesSerialization().asJson(patch));
        } catch (KubernetesClientException e) {
            // Gone, or another pod by now; anything else keeps every pod waiting for its kubelet's next round.
            boolean gone =
                    e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
            LOG.atLevel(gone ? Level.DEBUG : Level.WARN)
                    .log("could not touch pod {}/{}: {}", nudge.namespace(), nudge.name(), e.getMessage());
            synchronized (sent) {
                sent.remove(nudge.uid());
            }
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }

    /** Covers the time until the informer shows a touched pod. */
    private static final class Recent extends LinkedHashMap<String, Map<String, Long>> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Long>> eldest) {
            return size() > REMEMBERED;
        }
    }
}
