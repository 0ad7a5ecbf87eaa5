package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the API server says that a volume holds now. */
final class VolumeContent {

    private final KubernetesClient client;

    VolumeContent(KubernetesClient client) {
        this.client = client;
    }

    /**
     * {@return file contents by relative path}
     *
     * @throws NotMountableException while something that is not optional is missing; the kubelet waits for it
     */
    Map<String, byte[]> read(Pod pod, Volume volume) throws NotMountableException {
        String namespace = pod.getMetadata().getNamespace();
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            ConfigMap map = client.configMaps()
                    .inNamespace(namespace)
                    .withName(source.getName())
                    .get();
            return select(
                    "ConfigMap " + source.getName(),
                    map == null ? null : contents(map),
                    source.getItems(),
                    Boolean.TRUE.equals(source.getOptional()));
        }
        if (volume.getSecret() != null) {
            var source = volume.getSecret();
            Secret secret = client.secrets()
                    .inNamespace(namespace)
                    .withName(source.getSecretName())
                    .get();
            return select(
                    "Secret " + source.getSecretName(),
                    secret == null ? null : decoded(secret.getData()),
                    source.getItems(),
                    Boolean.TRUE.equals(source.getOptional()));
        }
        if (volume.getDownwardAPI() != null) {
            return downward(pod, volume.getDownwardAPI().getItems());
        }
        throw new IllegalArgumentException(
                "volume " + volume.getName() + ": local mode knows configMap, secret, downwardAPI and emptyDir");
    }

    private static Map<String, byte[]> select(
            String what, @Nullable Map<String, byte[]> contents, List<KeyToPath> items, boolean optional)
            throws NotMountableException {
        if (contents == null) {
            if (optional) {
                return Map.of();
            }
            throw new NotMountableException(what + " not found");
        }
        if (items.isEmpty()) {
            return contents;
        }
        Map<String, byte[]> selected = new LinkedHashMap<>();
        for (KeyToPath item : items) {
            byte[] content = contents.get(item.getKey());
            if (content != null) {
                selected.put(item.getPath(), content);
            } else if (!optional) {
                throw new NotMountableException(what + " has no key " + item.getKey());
            }
        }
        return selected;
    }

    private static Map<String, byte[]> contents(ConfigMap map) {
        Map<String, byte[]> contents = decoded(map.getBinaryData());
        if (map.getData() != null) {
            map.getData().forEach((key, text) -> contents.put(key, text.getBytes(StandardCharsets.UTF_8)));
        }
        return contents;
    }

    private static Map<String, byte[]> decoded(@Nullable Map<String, String> base64) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        if (base64 != null) {
            base64.forEach((key, text) -> contents.put(key, Base64.getDecoder().decode(text)));
        }
        return contents;
    }

    private static Map<String, byte[]> downward(Pod pod, List<DownwardAPIVolumeFile> items) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (DownwardAPIVolumeFile item : items) {
            String text = PodFields.value(pod, item.getFieldRef().getFieldPath());
            contents.put(item.getPath(), text.getBytes(StandardCharsets.UTF_8));
        }
        return contents;
    }
}
