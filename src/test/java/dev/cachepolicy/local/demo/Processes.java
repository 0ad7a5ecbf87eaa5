package dev.cachepolicy.local.demo;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.stream.Stream;

/** The processes of a pod. */
final class Processes {

    private Processes() {}

    /** {@return for each container its name, process and restarts, for example {@code app pid 42}} */
    static List<String> of(Pod pod) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .map(Processes::of)
                .toList();
    }

    private static String of(ContainerStatus status) {
        String pid = status.getContainerID().replace("process://", "");
        return status.getName() + " " + pid + (status.getRestartCount() == 0 ? "" : " restarted");
    }
}
