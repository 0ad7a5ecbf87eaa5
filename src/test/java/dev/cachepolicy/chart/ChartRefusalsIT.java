package dev.cachepolicy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart refuses before anything reaches a cluster. */
class ChartRefusalsIT {

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments("replica=3", "additional properties 'replica' not allowed"),
                arguments("webhooks.failurePolicy=Ignore", "additional properties 'failurePolicy' not allowed"),
                arguments("agent.image.repo=a", "additional properties 'repo' not allowed"),
                arguments("monitoring.podmonitor.enabled=true", "additional properties 'podmonitor' not allowed"),
                arguments("webhooks.podFailurePolicy=fail", "value must be one of 'Fail', 'Ignore'"),
                arguments("webhooks.certificate.source=certManager", "must be one of 'Operator', 'CertManager'"),
                arguments("replicas=0", "minimum: got 0, want 1"),
                arguments("redisPoll=30", "/redisPoll"),
                arguments("redisPoll=0s", "/redisPoll"),
                arguments("watchNamespaces={Shop}", "/watchNamespaces/0"),
                arguments("image.digest=4f3c", "/image/digest"),
                arguments("priorityClass.value=2000000000", "/priorityClass/value"),
                arguments("serviceAccount.create=false", "name the ServiceAccount that exists in serviceAccount.name"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakeIsRefusedWithItsPlace(String set, String message) {
        Helm.Result result = Helm.call("template", "--set", set, Helm.RELEASE, Helm.CHART.toString());
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors()).contains(message);
    }

    @Test
    void olderKubernetesIsRefused() {
        assertThat(kubernetes("1.29.14").errors()).contains("requires kubeVersion: >=1.30.0-0");
        assertThat(kubernetes("1.30.0").exitCode()).isZero();
    }

    @Test
    void vendorsSuffixIsNoReasonToRefuse() {
        assertThat(kubernetes("1.30.1-gke.100").exitCode()).isZero();
        assertThat(kubernetes("1.31.0-eks-a737599").exitCode()).isZero();
    }

    private static Helm.Result kubernetes(String version) {
        return Helm.call("template", "--kube-version", version, Helm.RELEASE, Helm.CHART.toString());
    }
}
