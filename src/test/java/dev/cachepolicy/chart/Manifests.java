package dev.cachepolicy.chart;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.List;

/** What the chart rendered, as objects. */
record Manifests(List<HasMetadata> objects) {

    /** {@return what the chart renders with these values} */
    static Manifests of(Path values) {
        List<HasMetadata> objects = new KubernetesSerialization().unmarshal(Helm.rendered(values));
        return new Manifests(objects);
    }

    /** {@return the objects of a type, in the order in which they are installed} */
    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
