package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.operator.backend.PolicyIntake.Intake;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.model.BackendModel;
import dev.cachepolicy.operator.model.ModelInput;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of each backend between two reconciliations; all of it can be lost. The model is built anew only when
 * something that it is made of changed: heartbeats and pods cost no model.
 */
final class BackendMemory {

    private final Map<BackendId, Entry> entries = new ConcurrentHashMap<>();

    private static final class Entry {
        private final HitRatios hitRatios = new HitRatios();
        private final PolicyIntake intake = new PolicyIntake();
        private final ShownAgents agents = new ShownAgents();
        private @Nullable Built built;
        private @Nullable Parsed parsed;
    }

    private record Parsed(String version, @Nullable AgentConfig config) {}

    private record Built(Made madeOf, BackendModel model) {}

    /** What a model is made of. */
    private record Made(
            long backend,
            List<PolicyIntake.Version> policies,
            @Nullable AgentConfig published) {}

    /** {@return what takes in the changes of a backend's policies} */
    PolicyIntake intake(BackendId id) {
        return entry(id).intake;
    }

    /** {@return what a backend's status shows of its agents} */
    ShownAgents agents(BackendId id) {
        return entry(id).agents;
    }

    /** {@return the configuration in a backend's ConfigMap, which is read once for each of its versions; null: none} */
    @Nullable
    AgentConfig published(BackendId id, @Nullable ConfigMap configMap) {
        if (configMap == null) {
            return null;
        }
        Entry entry = entry(id);
        String version = configMap.getMetadata().getResourceVersion();
        Parsed parsed = entry.parsed;
        if (parsed == null || !parsed.version().equals(version)) {
            parsed = new Parsed(version, AgentConfigMaps.read(configMap).orElse(null));
            entry.parsed = parsed;
        }
        return parsed.config();
    }

    /** Spares the reading of a ConfigMap that was just written. */
    void published(BackendId id, ConfigMap configMap, AgentConfig config) {
        entry(id).parsed = new Parsed(configMap.getMetadata().getResourceVersion(), config);
    }

    /** {@return the model of a backend} */
    BackendModel model(
            BackendId id, CacheBackend backend, Intake intake, @Nullable AgentConfig published, Instant now) {
        Entry entry = entry(id);
        Made madeOf = new Made(backend.getMetadata().getGeneration(), intake.versions(), published);
        Built built = entry.built;
        if (built == null || !built.madeOf().equals(madeOf)) {
            built = new Built(madeOf, BackendModel.of(new ModelInput(backend, intake.policies(), published, now)));
            entry.built = built;
        }
        return built.model();
    }

    /** {@return the hit ratios of a backend's policies} */
    HitRatios hitRatios(BackendId id) {
        return entry(id).hitRatios;
    }

    void forget(BackendId id) {
        entries.remove(id);
    }

    private Entry entry(BackendId id) {
        return entries.computeIfAbsent(id, _ -> new Entry());
    }
}
