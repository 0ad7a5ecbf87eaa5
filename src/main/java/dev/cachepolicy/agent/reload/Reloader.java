package dev.cachepolicy.agent.reload;

import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the mounted directories. The kernel says when an entry of a directory changes, which is how the kubelet's swap
 * of {@code ..data} shows; a slow poll covers what it does not tell (a directory that did not exist, a full event queue).
 * Every wake-up looks at everything and compares: no event is interpreted, so none can be misread. What fails is tried
 * again at the next wake-up, at the latest by the poll.
 */
public final class Reloader implements AutoCloseable {

    /** The safety poll's interval. */
    public static final Duration POLL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    /** One write makes several events; those that follow within this time cost no scan of their own, up to so many. */
    private static final long SETTLE_MILLIS = 2;

    private static final int SETTLE_EVENTS = 10;

    private final MountScanner scanner;
    private final Duration poll;
    private final Consumer<Mounted> changed;
    private final WatchService watch;
    private Mounted scanned = Mounted.NOTHING;
    private volatile Mounted mounted = Mounted.NOTHING;
    private @Nullable String failure;

    /**
     * @param expected backends that are known before their configuration is there
     * @param poll interval of the safety poll
     * @param changed called with what is mounted when it differs from before, by one thread at a time; if it throws, it is
     *     called again
     */
    public Reloader(
            Directories directories,
            Set<String> expected,
            Duration poll,
            CollectorRegistry registry,
            Consumer<Mounted> changed)
            throws IOException {
        this.scanner = new MountScanner(directories, expected, registry);
        this.poll = poll;
        this.changed = changed;
        this.watch = FileSystems.getDefault().newWatchService();
    }

    /** Reads what is there and hands it over in the caller's thread, then follows it in one of its own. */
    public void start() {
        look();
        Thread.ofVirtual().name("reload").start(this::follow);
    }

    /** {@return what was mounted at the last look and is handed over} */
    public Mounted mounted() {
        return mounted;
    }

    private void follow() {
        try {
            while (true) {
                WatchKey key = watch.poll(poll.toMillis(), TimeUnit.MILLISECONDS);
                for (int i = 0; key != null && i < SETTLE_EVENTS; i++) {
                    key.pollEvents();
                    key.reset();
                    key = watch.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
                }
                look();
            }
        } catch (ClosedWatchServiceException e) {
            LOG.debug("no longer following the configuration", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A defect that one file brings to light must not keep the agent from the next. */
    private void look() {
        try {
            takeOver();
            failure = null;
        } catch (RuntimeException e) {
            if (!e.toString().equals(failure)) {
                LOG.error("what is mounted could not be taken over, and is tried again and again", e);
            }
            failure = e.toString();
        }
    }

    /**
     * Watches before it reads: what changes in between wakes it again. The first that is mounted is not compared: linking
     * the comparison of so many records takes time, and applications wait.
     */
    private void takeOver() {
        List<Path> directories = scanner.watched();
        directories.forEach(this::watch);
        scanned = scanner.scan(scanned);
        if (mounted.backends().isEmpty() || !scanned.equals(mounted)) {
            changed.accept(scanned);
            mounted = scanned;
        }
    }

    private void watch(Path directory) {
        try {
            directory.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        } catch (IOException e) {
            LOG.debug("{} cannot be watched yet", directory, e);
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
