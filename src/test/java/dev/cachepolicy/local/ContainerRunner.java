package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one container of a pod, probes it, and runs it again as its restart policy says: at once after the first end,
 * then with a backoff that doubles from 10 s to 5 minutes, as the kubelet's does. One virtual thread does all of it.
 * Liveness probes are not carried out.
 */
final class ContainerRunner {

    /** When an ended container runs again. */
    enum Restart {
        ALWAYS,
        ON_FAILURE,
        NEVER;

        boolean after(int exitCode) {
            return this == ALWAYS || (this == ON_FAILURE && exitCode != 0);
        }
    }

    private static final Logger LOG = System.getLogger(ContainerRunner.class.getName());
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(5);

    private final Container container;
    private final Restart restart;
    private final ContainerCommand command;
    private final Path log;
    private final Consumer<ContainerView> changed;
    private final Optional<ProbeCheck> startup;
    private final Optional<ProbeCheck> readiness;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CompletableFuture<Integer> over = new CompletableFuture<>();
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final Thread thread;

    private volatile ContainerView view;

    /**
     * @param address the pod's, for probes
     * @param changed told of every change, on this runner's thread
     */
    ContainerRunner(
            Container container,
            Restart restart,
            ContainerCommand command,
            String address,
            Path log,
            Consumer<ContainerView> changed) {
        this.container = container;
        this.restart = restart;
        this.command = command;
        this.log = log;
        this.changed = changed;
        this.startup = ProbeCheck.of(container.getStartupProbe(), container, address);
        this.readiness = ProbeCheck.of(container.getReadinessProbe(), container, address);
        this.view = ContainerView.waiting(container);
        this.thread =
                Thread.ofVirtual().name("container-" + container.getName()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** {@return completes when the startup probe has passed, or the process runs where there is none} */
    CompletableFuture<Void> started() {
        return started;
    }

    /** {@return completes with the exit code when the container has ended for good} */
    CompletableFuture<Integer> over() {
        return over;
    }

    /** Ends the container for good: SIGTERM, and SIGKILL when the grace period is over. */
    void stop(Duration grace) throws InterruptedException {
        ContainerProcess current;
        synchronized (this) {
            stopping.complete(null);
            current = view.process();
        }
        if (current != null) {
            current.stop(grace);
        }
        thread.join();
    }

    private void run() {
        Duration backoff = Duration.ZERO;
        try {
            for (ContainerProcess process = begin(); process != null; process = begin()) {
                int code = probeUntilExit(process);
                show(view.ended(code));
                if (stopping.isDone() || !restart.after(code)) {
                    break;
                }
                show(view.backingOff());
                stopsWithin(backoff);
                backoff = backoff.isZero() ? Duration.ofSeconds(10) : min(backoff.multipliedBy(2), MAX_BACKOFF);
            }
            if (view.exitCode() instanceof Integer last && !view.isOver()) {
                show(view.ended(last)); // stopped while it waited to run again
            }
        } catch (IOException | ExecutionException e) {
            LOG.log(Logger.Level.WARNING, "container {0} cannot run: {1}", container.getName(), e.getMessage());
            show(view.failing("CreateContainerError"));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a container", e);
        } finally {
            Integer code = view.exitCode();
            over.complete(code == null ? 128 : code);
        }
    }

    /** {@return a new process; null once the container is to stop, so that none starts behind stop's back} */
    private @Nullable ContainerProcess begin() throws IOException {
        ContainerProcess process;
        synchronized (this) {
            if (stopping.isDone()) {
                return null;
            }
            process = ContainerProcess.start(command, log);
            view = view.running(process);
        }
        changed.accept(view);
        return process;
    }

    private int probeUntilExit(ContainerProcess process) throws ExecutionException, InterruptedException {
        while (true) {
            probe();
            try {
                return process.exit().get(untilNextProbe().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                LOG.log(Logger.Level.TRACE, "{0} still runs", container.getName());
            }
        }
    }

    private void stopsWithin(Duration time) throws ExecutionException, InterruptedException {
        try {
            stopping.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.log(Logger.Level.DEBUG, "{0} runs again", container.getName());
        }
    }

    private void probe() {
        boolean nowStarted = view.started() || startup.map(ProbeCheck::passes).orElse(true);
        boolean nowReady = nowStarted && readiness.map(ProbeCheck::passes).orElse(true);
        if (nowStarted != view.started() || nowReady != view.ready()) {
            show(view.probed(nowStarted, nowReady));
        }
        if (nowStarted) {
            started.complete(null);
        }
    }

    private Duration untilNextProbe() {
        Optional<ProbeCheck> next = view.started() ? readiness : startup;
        return next.map(ProbeCheck::period).orElse(Duration.ofHours(1));
    }

    private void show(ContainerView next) {
        view = next;
        changed.accept(next);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
