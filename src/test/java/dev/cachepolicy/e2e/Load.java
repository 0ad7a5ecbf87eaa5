package dev.cachepolicy.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The application under load of one namespace. What its pods count is asked of them while they run; a pod that ends
 * leaves its last words in its status, which are collected from its last events. So nothing that an application saw is
 * lost, least of all what it saw while it was being ended.
 */
final class Load implements AutoCloseable {

    private static final String CONTAINER = "load";

    private final KubernetesClient client;
    private final String namespace;
    private final SharedIndexInformer<Pod> informer;
    private final Map<String, LoadStats> lastWords = new ConcurrentHashMap<>();

    Load(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        this.informer = client.pods()
                .inNamespace(namespace)
                .withLabel("app", "load")
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(Pod pod) {
                        listen(pod);
                    }

                    @Override
                    public void onUpdate(Pod before, Pod pod) {
                        listen(pod);
                    }

                    @Override
                    public void onDelete(Pod pod, boolean unknown) {
                        listen(pod);
                    }
                });
    }

    private void listen(Pod pod) {
        for (ContainerStatus status : pod.getStatus().getContainerStatuses()) {
            var ended = status.getState().getTerminated();
            if (status.getName().equals(CONTAINER) && ended != null && ended.getMessage() != null) {
                lastWords.put(pod.getMetadata().getUid(), LoadStats.parse(ended.getMessage()));
            }
        }
    }

    /** {@return the pods that are not being ended} */
    List<Pod> pods() {
        return client.pods().inNamespace(namespace).withLabel("app", "load").list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /** {@return what one pod counted so far} */
    LoadStats stats(Pod pod) {
        return LoadStats.parse(page(pod, "/stats"));
    }

    /** Begins anew to look for the slowest command. */
    void forgetSlowest() {
        pods().forEach(pod -> page(pod, "/forget"));
    }

    private String page(Pod pod, String path) {
        return client.raw(
                "/api/v1/namespaces/" + namespace + "/pods/" + pod.getMetadata().getName() + ":8080/proxy" + path);
    }

    /** {@return what all pods counted, those that have ended too} */
    LoadStats total() {
        LoadStats.Counts none = new LoadStats.Counts(0, 0, 0, "");
        LoadStats sum = new LoadStats(0, 0, 0, none, none, none);
        for (LoadStats ended : lastWords.values()) {
            sum = sum.plus(ended);
        }
        for (Pod pod : pods()) {
            sum = sum.plus(stats(pod));
        }
        return sum;
    }

    /** {@return how many pods have said their last words} */
    int ended() {
        return lastWords.size();
    }

    @Override
    public void close() {
        informer.close();
    }
}
