package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A container at one moment.
 *
 * @param process the run in progress, or the last one; absent before the first
 * @param exitCode of the last run; absent while it runs
 * @param waiting why nothing runs now though it will; absent while it runs, and at its end
 * @param started whether the startup probe passed
 * @param ready whether the readiness probe passes
 */
record ContainerView(
        Container container,
        @Nullable ContainerProcess process,
        @Nullable Integer exitCode,
        @Nullable String waiting,
        int restarts,
        boolean started,
        boolean ready) {

    static ContainerView waiting(Container container) {
        return new ContainerView(container, null, null, "PodInitializing", 0, false, false);
    }

    ContainerView running(ContainerProcess next) {
        return new ContainerView(container, next, null, null, restarts, false, false);
    }

    ContainerView probed(boolean nowStarted, boolean nowReady) {
        return new ContainerView(container, process, exitCode, waiting, restarts, nowStarted, nowReady);
    }

    ContainerView ended(int code) {
        return new ContainerView(container, process, code, null, restarts, false, false);
    }

    ContainerView backingOff() {
        return new ContainerView(container, process, exitCode, "CrashLoopBackOff", restarts + 1, false, false);
    }

    ContainerView failing(String reason) {
        return new ContainerView(container, process, exitCode, reason, restarts, false, false);
    }

    boolean isRunning() {
        return process != null && exitCode == null;
    }

    /** {@return whether it ended and does not run again} */
    boolean isOver() {
        return exitCode != null && waiting == null;
    }

    boolean succeeded() {
        return isOver() && Integer.valueOf(0).equals(exitCode);
    }

    /** {@return as the kubelet reports it; the container's id names the process} */
    ContainerStatus status() {
        ContainerStateBuilder state = new ContainerStateBuilder();
        if (isRunning()) {
            state.withNewRunning().withStartedAt(time(process.startedAt())).endRunning();
        } else if (waiting != null) {
            state.withNewWaiting().withReason(waiting).endWaiting();
        } else {
            state.withNewTerminated()
                    .withExitCode(exitCode)
                    .withReason(succeeded() ? "Completed" : "Error")
                    .endTerminated();
        }
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID("")
                .withContainerID(process == null ? null : "process://" + process.pid())
                .withRestartCount(restarts)
                .withStarted(started)
                .withReady(ready)
                .withState(state.build())
                .build();
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
