package dev.cachepolicy.local;

import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Stands for scheduler and node: binds the pods of some namespaces to itself and runs their containers as processes,
 * each pod at an address 127.0.1.N of its own. Pods are made by whoever uses it: no controllers run in local mode.
 */
public final class NodeStandIn implements AutoCloseable {

    private static final Logger LOG = System.getLogger(NodeStandIn.class.getName());
    private static final String NODE = "local";

    private final KubernetesClient client;
    private final Images images;
    private final PodAddresses addresses;
    private final Path directory;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final List<SharedIndexInformer<Pod>> informers = new ArrayList<>();

    private record Running(PodRunner runner, PodAddresses.Address address) {}

    /** @param directory for volumes and logs, {@code pods/<namespace>/<name>} */
    NodeStandIn(KubernetesClient client, Images images, PodAddresses addresses, Path directory) {
        this.client = client;
        this.images = images;
        this.addresses = addresses;
        this.directory = directory;
    }

    /** Runs the pods of a namespace from now on. */
    public synchronized void serve(String namespace) {
        informers.add(client.pods().inNamespace(namespace).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                onPod(pod);
            }

            @Override
            public void onUpdate(Pod before, Pod pod) {
                onPod(pod);
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {
                Thread.startVirtualThread(() -> end(pod));
            }
        }));
    }

    /** {@return where a pod's volumes and logs are} */
    public Path directory(String namespace, String pod) {
        return directory.resolve("pods").resolve(namespace).resolve(pod);
    }

    private void onPod(Pod pod) {
        Running known = running.get(pod.getMetadata().getUid());
        if (known == null) {
            if (pod.getMetadata().getDeletionTimestamp() == null
                    && pod.getSpec().getNodeName() == null) {
                admit(pod);
            }
            return;
        }
        known.runner().podChanged(pod);
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            Thread.startVirtualThread(() -> end(pod));
        }
    }

    private void admit(Pod pod) {
        try {
            PodAddresses.Address address = addresses.take(ports(pod));
            PodRunner runner = new PodRunner(
                    client,
                    pod,
                    images,
                    address.ip(),
                    directory(
                            pod.getMetadata().getNamespace(), pod.getMetadata().getName()));
            running.put(pod.getMetadata().getUid(), new Running(runner, address));
            bind(pod);
            runner.start();
        } catch (IllegalStateException | KubernetesClientException e) {
            LOG.log(
                    Logger.Level.ERROR,
                    "pod {0} cannot run: {1}",
                    pod.getMetadata().getName(),
                    e.getMessage());
        }
    }

    private void bind(Pod pod) {
        client.bindings()
                .inNamespace(pod.getMetadata().getNamespace())
                .resource(new BindingBuilder()
                        .withNewMetadata()
                        .withName(pod.getMetadata().getName())
                        .endMetadata()
                        .withNewTarget()
                        .withKind("Node")
                        .withName(NODE)
                        .endTarget()
                        .build())
                .create();
    }

    private static Set<Integer> ports(Pod pod) {
        Set<Integer> ports = new TreeSet<>(Set.of(Names.AGENT_PORT));
        Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .map(Container::getPorts)
                .flatMap(List::stream)
                .map(ContainerPort::getContainerPort)
                .forEach(ports::add);
        return ports;
    }

    private void end(Pod pod) {
        if (stop(pod.getMetadata().getUid())) {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .withGracePeriod(0)
                    .delete();
        }
    }

    /** Ends all pods' processes. The pod objects stay. */
    @Override
    public synchronized void close() {
        informers.forEach(SharedIndexInformer::close);
        try (ExecutorService atOnce = Executors.newVirtualThreadPerTaskExecutor()) {
            running.keySet().forEach(uid -> atOnce.execute(() -> stop(uid)));
        }
    }

    /** Ends a pod's processes and frees its address. {@return whether this call did it} */
    private boolean stop(String uid) {
        Running ending = running.remove(uid);
        if (ending == null) {
            return false;
        }
        try (PodAddresses.Address held = ending.address()) {
            LOG.log(Logger.Level.DEBUG, "ending the pod at {0}", held.ip());
            ending.runner().terminate();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the end of a pod", e);
        }
    }
}
