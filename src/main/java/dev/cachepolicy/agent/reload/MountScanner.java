package dev.cachepolicy.agent.reload;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.tls.ClientTls;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks through the mounted directories and says what they hold now, reading only what changed. For one thread. */
final class MountScanner {

    private static final Logger LOG = LoggerFactory.getLogger(MountScanner.class);

    private final Directories directories;
    private final Set<String> expected;
    private final LastGood lastGood;
    private final ReloadMetrics metrics;
    private final Map<String, MountedDirectory> configs = new HashMap<>();
    private final Map<String, Offer.Whole> waiting = new HashMap<>();
    private MountedUsers users;
    private Certificates certificates;
    private MountedDirectory podInfo;

    MountScanner(Directories directories, Set<String> expected, CollectorRegistry registry) {
        this.directories = directories;
        this.expected = Set.copyOf(expected);
        this.lastGood = new LastGood(directories.state());
        this.metrics = new ReloadMetrics(registry);
        this.users = new MountedUsers(directories.secrets());
        this.certificates = new Certificates(directories.secrets(), metrics);
        this.podInfo = podInfo();
    }

    /** {@return the directories in which a change shows first} */
    List<Path> watched() {
        List<Path> watched =
                new ArrayList<>(List.of(directories.config(), directories.secrets(), directories.podInfo()));
        children(directories.config())
                .forEach(name -> watched.add(directories.config().resolve(name)));
        children(directories.secrets())
                .forEach(name -> watched.add(directories.secrets().resolve(name)));
        return watched;
    }

    private MountedDirectory podInfo() {
        return new MountedDirectory(directories.podInfo(), "labels");
    }

    /**
     * {@return what is mounted now}
     *
     * @param before what was mounted at the last scan
     */
    Mounted scan(Mounted before) {
        try {
            return changed(before);
        } catch (RuntimeException e) {
            // What was read is lost, so that the next scan has to read it again.
            configs.clear();
            waiting.clear();
            users = new MountedUsers(directories.secrets());
            certificates = new Certificates(directories.secrets(), metrics);
            podInfo = podInfo();
            throw e;
        }
    }

    private Mounted changed(Mounted before) {
        SortedSet<String> names = new TreeSet<>(expected);
        names.addAll(before.backends().keySet());
        names.addAll(children(directories.config()));
        SortedMap<String, BackendConfig> backends = new TreeMap<>();
        for (String name : names) {
            backends.put(name, backend(name, before.backends().get(name)));
        }
        return new Mounted(
                backends,
                users.of(backends, before.credentials()),
                tls(backends, before.tls()),
                podLabels(before.podLabels()));
    }

    private Map<String, ClientTls> tls(SortedMap<String, BackendConfig> backends, Map<String, ClientTls> before) {
        Map<String, ClientTls> all = new HashMap<>();
        backends.forEach((name, known) -> {
            AgentConfig.Tls wanted =
                    known.config() == null ? null : known.config().upstream().tls();
            ClientTls now = wanted == null ? null : certificates.usable(wanted);
            ClientTls usable = now == null && wanted != null ? before.get(name) : now;
            if (usable != null) {
                all.put(name, usable);
            }
        });
        return all;
    }

    private BackendConfig backend(String name, @Nullable BackendConfig before) {
        Offer offer = judged(name, offer(name), before);
        if (offer == null) {
            return before == null ? BackendConfig.NONE : before;
        }
        BackendConfig known = before != null ? before : atStart(name, offer);
        BackendConfig after = known.offered(offer);
        log(name, offer, after);
        metrics.offered(name, offer, after);
        if (offer instanceof Offer.Whole whole) {
            lastGood.save(name, whole.text());
        }
        return after;
    }

    /**
     * {@return the offer, refused for as long as the pod lacks the certificates that it needs; null if nothing is new}
     *
     * @param read null if the file is the same as before
     */
    private @Nullable Offer judged(String name, @Nullable Offer read, @Nullable BackendConfig before) {
        Offer offer = read == null ? waiting.get(name) : read;
        waiting.remove(name);
        if (!(offer instanceof Offer.Whole whole)) {
            return offer;
        }
        AgentConfig.Tls tls = whole.config().upstream().tls();
        if (tls == null || certificates.usable(tls) != null) {
            return whole;
        }
        waiting.put(name, whole);
        Refusal refusal = Objects.requireNonNull(certificates.problem(tls));
        return read == null && before != null && refusal.equals(before.refused()) ? null : new Offer.Unusable(refusal);
    }

    /** {@return what the file offers; null if it is the same as before} */
    private @Nullable Offer offer(String name) {
        MountedDirectory directory = configs.computeIfAbsent(
                name, n -> new MountedDirectory(directories.config().resolve(n), AgentConfig.FILE_NAME));
        try {
            Map<String, String> files = directory.changed().orElse(null);
            if (files == null) {
                return null;
            }
            String text = files.get(AgentConfig.FILE_NAME);
            return text == null ? new Offer.Absent() : Offer.of(text);
        } catch (IOException e) {
            return Offer.unreadable(String.valueOf(e.getMessage()));
        }
    }

    private BackendConfig atStart(String name, Offer offer) {
        return offer instanceof Offer.Whole
                ? BackendConfig.NONE
                : lastGood.load(name)
                        .filter(this::hasItsCertificates)
                        .map(config -> new BackendConfig(config, null))
                        .orElse(BackendConfig.NONE);
    }

    private boolean hasItsCertificates(AgentConfig config) {
        AgentConfig.Tls tls = config.upstream().tls();
        return tls == null || certificates.usable(tls) != null;
    }

    private static void log(String name, Offer offer, BackendConfig after) {
        if (offer instanceof Offer.Whole whole) {
            int policies = whole.config().policies().size();
            LOG.info(
                    "configuration of {}: revision {} with {} {}",
                    name,
                    whole.config().revision(),
                    policies,
                    policies == 1 ? "policy" : "policies");
            return;
        }
        String kept =
                after.config() == null ? "there is no earlier one" : "revision " + after.revision() + " stays in use";
        if (offer instanceof Offer.Unusable unusable) {
            LOG.warn(
                    "configuration of {} refused: {}; {}",
                    name,
                    unusable.refusal().message(),
                    kept);
        } else {
            LOG.warn("configuration of {} is not there; {}", name, kept);
        }
    }

    private Map<String, String> podLabels(Map<String, String> before) {
        try {
            return podInfo.changed()
                    .map(files -> files.get("labels"))
                    .map(PodLabels::parse)
                    .orElse(before);
        } catch (IOException e) {
            LOG.warn("the pod's labels: {}", e.getMessage());
            return before;
        }
    }

    private static List<String> children(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(
                directory,
                entry -> Files.isDirectory(entry)
                        && !entry.getFileName().toString().startsWith("."))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException e) {
            LOG.debug("{} cannot be listed yet", directory, e);
        }
        return names;
    }
}
