package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.EnvVariable;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Variables for the application's containers. One that is there already is replaced where it stands. New ones come
 * first, because a variable may only refer to those before it ({@code $(REDIS_URL)}).
 *
 * @param containers names of those whose environment is set
 */
record ApplicationEnv(List<EnvVariable> variables, Set<String> containers) {

    List<Container> setIn(List<Container> all) {
        return all.stream()
                .map(container -> containers.contains(container.getName()) ? setIn(container) : container)
                .toList();
    }

    private Container setIn(Container container) {
        Map<String, EnvVar> toSet = new LinkedHashMap<>();
        variables.forEach(variable -> toSet.put(
                variable.name(),
                new EnvVarBuilder()
                        .withName(variable.name())
                        .withValue(variable.value())
                        .build()));
        Map<String, EnvVar> missing = new LinkedHashMap<>(toSet);
        List<EnvVar> present = new ArrayList<>();
        for (EnvVar variable : container.getEnv()) {
            if (!toSet.containsKey(variable.getName())) {
                present.add(variable);
            } else if (missing.remove(variable.getName()) != null) {
                present.add(toSet.get(variable.getName()));
            }
        }
        List<EnvVar> env = new ArrayList<>(missing.values());
        env.addAll(present);
        return new ContainerBuilder(container).withEnv(env).build();
    }
}
