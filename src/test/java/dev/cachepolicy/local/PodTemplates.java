package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Makes the pods that a controller would make, because none runs in local mode. */
public final class PodTemplates {

    private PodTemplates() {}

    /** {@return a pod, not yet created, of the Deployment or Job in a file} */
    public static Pod pod(KubernetesClient client, Path file, String namespace, String name) throws IOException {
        try (InputStream resources = Files.newInputStream(file)) {
            PodTemplateSpec template = client.load(resources).items().stream()
                    .flatMap(PodTemplates::template)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(file + " holds no Deployment and no Job"));
            return new PodBuilder()
                    .withMetadata(template.getMetadata())
                    .editMetadata()
                    .withName(name)
                    .withNamespace(namespace)
                    .endMetadata()
                    .withSpec(template.getSpec())
                    .editSpec()
                    .withTerminationGracePeriodSeconds(5L)
                    .endSpec()
                    .build();
        }
    }

    private static Stream<PodTemplateSpec> template(HasMetadata resource) {
        return switch (resource) {
            case Deployment deployment -> Stream.of(deployment.getSpec().getTemplate());
            case Job job -> Stream.of(job.getSpec().getTemplate());
            default -> Stream.empty();
        };
    }
}
