package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * The agent's volumes, and where its container mounts them. No other container does. Directories are mounted whole: the
 * kubelet does not refresh what is mounted by {@code subPath}.
 */
record AgentVolumes(List<Volume> volumes, List<VolumeMount> mounts) {

    /** Owner and group of the files are root's, and the agent is neither; it alone mounts the volume. */
    private static final int READABLE = 0444;

    /** Room for the last good configurations, each at most 1 MiB. */
    private static final Quantity STATE_SIZE = new Quantity("16Mi");

    static AgentVolumes of(List<InjectedBackend> backends) {
        AgentVolumes all = new AgentVolumes(new ArrayList<>(), new ArrayList<>());
        backends.forEach(all::addConfiguration);
        backends.stream()
                .flatMap(backend -> backend.secrets().stream())
                .distinct()
                .forEach(all::addSecret);
        all.addPodInfo();
        all.addState();
        return new AgentVolumes(List.copyOf(all.volumes), List.copyOf(all.mounts));
    }

    /** Optional: the pod must start, and the agent take its last good configuration, when the ConfigMap is not there. */
    private void addConfiguration(InjectedBackend backend) {
        add(
                new VolumeBuilder()
                        .withName(VolumeNames.of("config", backend.name()))
                        .withNewConfigMap()
                        .withName(Names.configMap(backend.name()))
                        .withOptional(true)
                        .endConfigMap()
                        .build(),
                Names.CONFIG_DIR + "/" + backend.name(),
                true);
    }

    /**
     * Not optional, and not asked for at admission: a Secret may be created after the pod, and the kubelet, which says so
     * in an Event of the pod, mounts it within its next rounds; a refused pod would wait for a ReplicaSet's backoff.
     */
    private void addSecret(String secret) {
        add(
                new VolumeBuilder()
                        .withName(VolumeNames.of("secret", secret))
                        .withNewSecret()
                        .withSecretName(secret)
                        .withDefaultMode(READABLE)
                        .endSecret()
                        .build(),
                Names.SECRETS_DIR + "/" + secret,
                true);
    }

    private void addPodInfo() {
        add(
                new VolumeBuilder()
                        .withName(VolumeNames.of("pod"))
                        .withNewDownwardAPI()
                        .addNewItem()
                        .withPath("labels")
                        .withNewFieldRef()
                        .withApiVersion("v1")
                        .withFieldPath("metadata.labels")
                        .endFieldRef()
                        .endItem()
                        .endDownwardAPI()
                        .build(),
                Names.POD_INFO_DIR,
                true);
    }

    private void addState() {
        add(
                new VolumeBuilder()
                        .withName(VolumeNames.of("state"))
                        .withNewEmptyDir()
                        .withSizeLimit(STATE_SIZE)
                        .endEmptyDir()
                        .build(),
                Names.STATE_DIR,
                false);
    }

    private void add(Volume volume, String path, boolean readOnly) {
        volumes.add(volume);
        mounts.add(new VolumeMountBuilder()
                .withName(volume.getName())
                .withMountPath(path)
                .withReadOnly(readOnly ? true : null)
                .build());
    }
}
