package dev.cachepolicy.injector.admission;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cachepolicy.injector.pod.AgentImage;
import dev.cachepolicy.injector.pod.InjectionDecision;
import dev.cachepolicy.injector.pod.InjectionDecision.Inject;
import dev.cachepolicy.injector.pod.InjectionDecision.NotAsked;
import dev.cachepolicy.injector.pod.InjectionDecision.Refuse;
import dev.cachepolicy.injector.pod.InjectionPlan;
import dev.cachepolicy.injector.pod.PodPatch;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives pods that are created their agent. */
final class PodWebhook implements AdmissionWebhook {

    private static final Logger LOG = LoggerFactory.getLogger(PodWebhook.class);

    /** The API server writes {@code null} for an empty list; fields of a later Kubernetes are kept by its types. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .withConfigOverride(List.class, list -> list.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .build();

    private final BackendLookup backends;
    private final AgentImage image;

    PodWebhook(BackendLookup backends, AgentImage image) {
        this.backends = backends;
        this.image = image;
    }

    @Override
    public String name() {
        return "pods";
    }

    @Override
    public Verdict review(AdmissionCall call) throws JsonProcessingException {
        if (!call.kind().equals("Pod") || !call.operation().equals("CREATE")) {
            return Verdict.allow();
        }
        Pod pod = MAPPER.treeToValue(call.object(), Pod.class);
        return switch (decide(pod, call.namespace())) {
            case NotAsked() -> Verdict.allow();
            case Refuse(InjectionDecision.Reason reason, String sentence) -> {
                LOG.info("Pod {}/{} refused, {}: {}", call.namespace(), nameOf(pod), reason, sentence);
                yield new Verdict.Deny(sentence);
            }
            case Inject(InjectionPlan plan) -> {
                LOG.debug("Pod {}/{} gets an agent for {}", call.namespace(), nameOf(pod), plan.backendNames());
                JsonNode operations = PodPatch.between(pod, plan.applyTo(pod, image));
                yield operations.isEmpty() ? Verdict.allow() : new Verdict.Patch(operations);
            }
        };
    }

    private InjectionDecision decide(Pod pod, String namespace) {
        InjectionDecision decision = InjectionDecision.of(pod, namespace, backends.inNamespace(namespace));
        return decision instanceof Refuse refusal && refusal.reason().isOfAbsence()
                ? backends.stored(namespace)
                        .map(stored -> InjectionDecision.of(pod, namespace, stored))
                        .orElse(decision)
                : decision;
    }

    private static String nameOf(Pod pod) {
        String name = pod.getMetadata().getName();
        return name == null ? pod.getMetadata().getGenerateName() + "..." : name;
    }
}
