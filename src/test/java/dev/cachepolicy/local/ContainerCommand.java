package dev.cachepolicy.local;

import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What is executed for a container. In a pod of its own a container would have 127.0.0.1 and 0.0.0.0 for itself; here
 * both become the pod's address.
 */
record ContainerCommand(List<String> arguments, Map<String, String> environment, Path workingDirectory) {

    private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "JAVA_HOME");

    /**
     * {@return the command of a container}
     *
     * @param pod with its address in the status
     */
    static ContainerCommand of(Pod pod, Container container, Images images, RootDirectory root) {
        String address = pod.getStatus().getPodIP();
        UnaryOperator<String> local =
                text -> root.rewrite(text.replace("127.0.0.1", address).replace("0.0.0.0", address));
        List<String> arguments =
                new ArrayList<>(images.command(container).stream().map(local).toList());
        if (container.getName().equals(Names.AGENT_CONTAINER)) {
            arguments.addAll(List.of("--bind", address, "--admin-bind", address));
        }
        Map<String, String> environment = new LinkedHashMap<>();
        for (String name : INHERITED) {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        for (EnvVar variable : container.getEnv()) {
            environment.put(variable.getName(), local.apply(value(pod, variable)));
        }
        return new ContainerCommand(arguments, environment, images.workingDirectory(container));
    }

    private static String value(Pod pod, EnvVar variable) {
        if (variable.getValueFrom() == null) {
            return variable.getValue() == null ? "" : variable.getValue();
        }
        if (variable.getValueFrom().getFieldRef() != null) {
            return PodFields.value(pod, variable.getValueFrom().getFieldRef().getFieldPath());
        }
        throw new IllegalArgumentException(
                "variable " + variable.getName() + ": local mode knows value and valueFrom.fieldRef");
    }
}
