package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The life of one pod, as the kubelet leads it: volumes, init containers in order (sidecars among them stay and must have
 * started before the next), containers, their end, or the pod's deletion. One virtual thread walks through it; whatever
 * it waits for, it gives up when the pod is deleted, and its last act stops the containers, the sidecars after the others
 * and in reverse order. Nothing is interrupted: an interrupt could be lost in a call to the API server.
 */
final class PodRunner {

    private static final Logger LOG = System.getLogger(PodRunner.class.getName());
    private static final Duration MOUNT_RETRY = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final Images images;
    private final String address;
    private final Path directory;
    private final VolumeMounter volumes;
    private final VolumeRefresher refresher;
    private final List<ContainerRunner> runners = new ArrayList<>();
    private final Map<String, ContainerView> views = new LinkedHashMap<>();
    private final CompletableFuture<Void> deleted = new CompletableFuture<>();
    private final Thread thread;

    private volatile Pod pod;

    PodRunner(KubernetesClient client, Pod pod, Images images, String address, Path directory) {
        this.client = client;
        this.images = images;
        this.address = address;
        this.directory = directory;
        this.pod = pod;
        this.volumes = new VolumeMounter(client, directory);
        this.refresher = new VolumeRefresher(volumes, () -> this.pod);
        this.thread =
                Thread.ofVirtual().name("pod-" + pod.getMetadata().getName()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Takes note of a newer state of the pod object. */
    void podChanged(Pod newer) {
        Pod older = pod;
        pod = newer;
        if (!older.getMetadata().getAnnotations().equals(newer.getMetadata().getAnnotations())
                || !older.getMetadata().getLabels().equals(newer.getMetadata().getLabels())) {
            refresher.podChanged();
        }
    }

    /** Stops the containers and waits until they have stopped. The grace period is the pod's. */
    void terminate() throws InterruptedException {
        deleted.complete(null);
        thread.join();
    }

    private void run() {
        try {
            report();
            live();
        } catch (IOException | ExecutionException | RuntimeException e) {
            LOG.log(Logger.Level.ERROR, "pod " + name() + " failed", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a pod", e);
        } finally {
            stopContainers();
        }
    }

    private void live() throws IOException, ExecutionException, InterruptedException {
        Files.createDirectories(directory.resolve("logs"));
        if (!mount()) {
            return;
        }
        refresher.start();
        if (!runInitContainers()) {
            return;
        }
        List<ContainerRunner> containers = new ArrayList<>();
        for (Container container : pod.getSpec().getContainers()) {
            containers.add(launch(container, restart()));
        }
        for (ContainerRunner container : containers) {
            if (!happens(container.over())) {
                return;
            }
        }
    }

    /** Waits for an event, but not beyond the pod's deletion. {@return whether it happened} */
    private boolean happens(CompletableFuture<?> event) throws ExecutionException, InterruptedException {
        CompletableFuture.anyOf(event, deleted).get();
        return event.isDone();
    }

    private boolean mount() throws IOException, ExecutionException, InterruptedException {
        while (!deleted.isDone()) {
            try {
                volumes.mount(pod);
                return true;
            } catch (NotMountableException e) {
                LOG.log(Logger.Level.INFO, "{0} waits: {1}", name(), e.getMessage());
                happens(new CompletableFuture<>()
                        .completeOnTimeout(null, MOUNT_RETRY.toMillis(), TimeUnit.MILLISECONDS));
            }
        }
        return false;
    }

    /** {@return whether all of them succeeded or, the sidecars, started} */
    private boolean runInitContainers() throws IOException, InterruptedException, ExecutionException {
        for (Container init : pod.getSpec().getInitContainers()) {
            if (isSidecar(init)) {
                if (!happens(launch(init, ContainerRunner.Restart.ALWAYS).started())) {
                    return false;
                }
            } else {
                CompletableFuture<Integer> over = launch(init, initRestart()).over();
                if (!happens(over) || over.get() != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private ContainerRunner launch(Container container, ContainerRunner.Restart restart) throws IOException {
        RootDirectory root = new RootDirectory(directory.resolve("root").resolve(container.getName()), container);
        root.link(volumes);
        Pod addressed = new PodBuilder(pod)
                .editOrNewStatus()
                .withPodIP(address)
                .withHostIP("127.0.0.1")
                .endStatus()
                .build();
        ContainerRunner runner = new ContainerRunner(
                container,
                restart,
                ContainerCommand.of(addressed, container, images, root),
                address,
                directory.resolve("logs").resolve(container.getName() + ".log"),
                this::show);
        runners.add(runner);
        runner.start();
        return runner;
    }

    private ContainerRunner.Restart restart() {
        return switch (String.valueOf(pod.getSpec().getRestartPolicy())) {
            case "Never" -> ContainerRunner.Restart.NEVER;
            case "OnFailure" -> ContainerRunner.Restart.ON_FAILURE;
            default -> ContainerRunner.Restart.ALWAYS;
        };
    }

    private ContainerRunner.Restart initRestart() {
        return restart() == ContainerRunner.Restart.NEVER
                ? ContainerRunner.Restart.NEVER
                : ContainerRunner.Restart.ON_FAILURE;
    }

    private static boolean isSidecar(Container init) {
        return "Always".equals(init.getRestartPolicy());
    }

    private void stopContainers() {
        Duration grace = Duration.ofSeconds(grace());
        try {
            refresher.stop();
            for (ContainerRunner runner : runners.reversed()) {
                runner.stop(grace);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a pod", e);
        }
    }

    private long grace() {
        Long deletion = pod.getMetadata().getDeletionGracePeriodSeconds();
        Long own = pod.getSpec().getTerminationGracePeriodSeconds();
        return deletion != null ? deletion : own != null ? own : 30;
    }

    private synchronized void show(ContainerView view) {
        views.put(view.container().getName(), view);
        report();
    }

    private synchronized void report() {
        List<Container> inits = pod.getSpec().getInitContainers();
        List<ContainerView> sidecarViews =
                viewsOf(inits.stream().filter(PodRunner::isSidecar).toList());
        List<ContainerView> initViews =
                viewsOf(inits.stream().filter(init -> !isSidecar(init)).toList());
        List<ContainerView> containerViews = viewsOf(pod.getSpec().getContainers());
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(name())
                    .editStatus(current -> new PodBuilder(current)
                            .withStatus(PodStatuses.of(current, address, sidecarViews, initViews, containerViews))
                            .build());
        } catch (KubernetesClientException e) {
            LOG.log(Logger.Level.INFO, "status of {0}: {1}", name(), e.getMessage());
        }
    }

    private String name() {
        return pod.getMetadata().getName();
    }

    private List<ContainerView> viewsOf(List<Container> containers) {
        return containers.stream()
                .map(container -> views.getOrDefault(container.getName(), ContainerView.waiting(container)))
                .toList();
    }
}
