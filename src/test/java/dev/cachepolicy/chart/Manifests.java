package dev.cachepolicy.chart;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** What the chart rendered, as objects. */
record Manifests(List<HasMetadata> objects) {

    /** {@return what the chart renders with these values} */
    static Manifests of(Path values) {
        Object all = new KubernetesSerialization().unmarshal(Helm.rendered(values), Object.class);
        Collection<?> objects = all instanceof Collection<?> several ? several : List.of(all);
        return new Manifests(objects.stream().map(HasMetadata.class::cast).toList());
    }

    /** {@return the objects of a type, in the order in which they are installed} */
    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
