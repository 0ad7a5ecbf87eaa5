package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What becomes of a pod that is being created. */
public sealed interface InjectionDecision {

    /** The pod does not carry the label {@value Names#INJECT_LABEL}, or with the value {@code "false"}. */
    record NotAsked() implements InjectionDecision {}

    /**
     * The pod asks for an agent and cannot have one as it is.
     *
     * @param reason for logs and metrics
     * @param sentence for the user: what is wrong, and what to write instead
     */
    record Refuse(Reason reason, String sentence) implements InjectionDecision {}

    /** The pod gets an agent. */
    record Inject(InjectionPlan plan) implements InjectionDecision {}

    /** Why a pod is refused. */
    enum Reason {
        /** The namespace has no CacheBackend. */
        NoBackend,
        /** The namespace has several CacheBackends and the pod names none. */
        BackendNotNamed,
        /** The pod names a CacheBackend that does not exist; one that comes later mends it. */
        BackendNotFound,
        /** Two backends, or a backend and the agent's own admin endpoints, want one port. */
        PortsCollide,
        /** A container of the pod declares a port that the agent needs. */
        PortTaken,
        /** The pod shares the node's network, and so its loopback. */
        HostNetwork,
        /** Two backends give one variable different values. */
        VariablesCollide,
        /** The annotation {@value Names#CONTAINERS_ANNOTATION} names a container that the pod does not have. */
        ContainerNotFound,
        /** The pod has a container or a volume with a name that the agent needs. */
        NameTaken,
        /** The label {@value Names#INJECT_LABEL} has a value that says neither yes nor no. */
        LabelNotUnderstood,
        /** The pod has an annotation of this group that nobody reads, so most likely one that is misspelt. */
        AnnotationUnknown;

        /** {@return whether a CacheBackend that is not known yet would mend it} */
        public boolean isOfAbsence() {
            return this == NoBackend || this == BackendNotFound;
        }
    }

    /**
     * Decides, without any effect: the same pod and backends always give the same decision.
     *
     * @param pod as the API server would create it
     * @param namespace of the pod
     * @param backends all CacheBackends of that namespace, in any order
     */
    static InjectionDecision of(Pod pod, String namespace, List<CacheBackend> backends) {
        if (!WishRules.asks(pod)) {
            return new NotAsked();
        }
        Optional<Refuse> misspelt = WishRules.check(pod);
        if (misspelt.isPresent()) {
            return misspelt.get();
        }
        return switch (BackendChoice.of(pod, namespace, backends)) {
            case BackendChoice.Impossible(Refuse refusal) -> refusal;
            case BackendChoice.Chosen(List<InjectedBackend> chosen) ->
                firstRefusal(pod, chosen)
                        .<InjectionDecision>map(refusal -> refusal)
                        .orElseGet(() -> new Inject(InjectionPlan.of(pod, chosen)));
        };
    }

    private static Optional<Refuse> firstRefusal(Pod pod, List<InjectedBackend> backends) {
        return Stream.of(PortRules.check(pod, backends), NameRules.check(pod, backends), EnvRules.check(pod, backends))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
