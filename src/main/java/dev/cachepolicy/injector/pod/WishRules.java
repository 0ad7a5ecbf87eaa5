package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.injector.pod.InjectionDecision.Reason;
import dev.cachepolicy.injector.pod.InjectionDecision.Refuse;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.Set;

/**
 * What a pod wishes must be understood as a whole. A misspelt wish that is passed over starts a pod without its agent or
 * with another backend's, and a warning would reach nobody: most pods are created by a controller, which shows its users a
 * refusal and no warning.
 */
final class WishRules {

    private static final String PREFIX = Names.GROUP + "/";
    private static final Set<String> ANNOTATIONS =
            Set.of(Names.BACKENDS_ANNOTATION, Names.CONTAINERS_ANNOTATION, Names.CONFIG_REVISION_ANNOTATION);

    private WishRules() {}

    /** {@return whether a pod says anything of an agent but no} */
    static boolean asks(Pod pod) {
        return PodReader.hasLabel(pod, Names.INJECT_LABEL)
                && !PodReader.label(pod, Names.INJECT_LABEL).equals("false");
    }

    static Optional<Refuse> check(Pod pod) {
        return label(PodReader.label(pod, Names.INJECT_LABEL)).or(() -> annotations(pod));
    }

    private static Optional<Refuse> label(String value) {
        return value.equals("true")
                ? Optional.empty()
                : Optional.of(new Refuse(
                        Reason.LabelNotUnderstood,
                        "the pod's label %s is \"%s\": write \"true\" for a pod with an agent, \"false\" or no such label for one without"
                                .formatted(Names.INJECT_LABEL, value)));
    }

    private static Optional<Refuse> annotations(Pod pod) {
        return PodReader.annotations(pod).stream()
                .filter(name -> name.startsWith(PREFIX) && !ANNOTATIONS.contains(name))
                .sorted()
                .findFirst()
                .map(name -> new Refuse(
                        Reason.AnnotationUnknown,
                        "the pod's annotation %s is none that is read: write %s for the CacheBackends that the pod uses, %s for the containers whose environment is set, or remove it"
                                .formatted(name, Names.BACKENDS_ANNOTATION, Names.CONTAINERS_ANNOTATION)));
    }
}
