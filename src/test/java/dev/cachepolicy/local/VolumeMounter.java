package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps the volumes of one pod in directories {@code volumes/<name>}, as the kubelet does. Calls do not overlap. */
final class VolumeMounter {

    private final VolumeContent content;
    private final Path volumes;

    VolumeMounter(KubernetesClient client, Path podDirectory) {
        this.content = new VolumeContent(client);
        this.volumes = podDirectory.resolve("volumes");
    }

    /** {@return where a volume is, mounted or not} */
    Path directory(String volume) {
        return volumes.resolve(volume);
    }

    /**
     * Makes, or brings up to date, every volume of a pod.
     *
     * @throws NotMountableException while something that is not optional is missing; volumes before it are mounted
     */
    void mount(Pod pod) throws NotMountableException, IOException {
        for (Volume volume : pod.getSpec().getVolumes()) {
            Path directory = directory(volume.getName());
            if (volume.getEmptyDir() != null) {
                Files.createDirectories(directory);
            } else {
                new AtomicDirectory(directory).write(content.read(pod, volume));
            }
        }
    }
}
