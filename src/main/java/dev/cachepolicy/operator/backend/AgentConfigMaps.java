package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException;
import dev.cachepolicy.config.AgentConfigYaml;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ConfigMap with the agents' configuration of a backend. It has no owner reference: agents that outlive their
 * backend keep what they have, and {@link Leftovers} removes it when no pod mounts it.
 */
final class AgentConfigMaps {

    private static final Logger LOG = LoggerFactory.getLogger(AgentConfigMaps.class);

    private AgentConfigMaps() {}

    /** {@return the configuration in a ConfigMap; empty if there is none that can be read, whoever broke it} */
    static Optional<AgentConfig> read(ConfigMap configMap) {
        String text = text(configMap);
        try {
            return text == null ? Optional.empty() : Optional.of(AgentConfigYaml.read(text));
        } catch (AgentConfigException e) {
            LOG.warn(
                    "ConfigMap {}/{} cannot be read and is written anew: {}",
                    configMap.getMetadata().getNamespace(),
                    configMap.getMetadata().getName(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** {@return whether a ConfigMap has the labels that {@link #apply} would give it} */
    static boolean isLabelled(ConfigMap configMap, CacheBackend backend) {
        Map<String, String> labels = configMap.getMetadata().getLabels();
        return labels != null && labels.entrySet().containsAll(labels(backend).entrySet());
    }

    /**
     * Writes a configuration by server-side apply. {@return the ConfigMap as the API server has it now}
     *
     * @param text of the configuration
     */
    static ConfigMap apply(KubernetesClient client, CacheBackend backend, String text) {
        ConfigMap wanted = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(backend.getMetadata().getNamespace())
                .withName(Names.configMap(backend.getMetadata().getName()))
                .withLabels(labels(backend))
                .endMetadata()
                .addToData(AgentConfig.FILE_NAME, text)
                .build();
        return client.resource(wanted)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(Names.FIELD_MANAGER)
                        .withForce(true)
                        .build());
    }

    /** {@return the name of the backend whose ConfigMap this is} */
    static String backend(ConfigMap configMap) {
        return Objects.requireNonNull(
                configMap.getMetadata().getLabels().get(Names.BACKEND_LABEL), "watched by this label");
    }

    private static @Nullable String text(ConfigMap configMap) {
        return configMap.getData() == null ? null : configMap.getData().get(AgentConfig.FILE_NAME);
    }

    private static Map<String, String> labels(CacheBackend backend) {
        return Map.of(
                Names.MANAGED_BY_LABEL,
                Names.FIELD_MANAGER,
                Names.BACKEND_LABEL,
                backend.getMetadata().getName());
    }
}
