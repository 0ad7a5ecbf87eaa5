package dev.cachepolicy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                arguments(
                        "resources.limits.memroy=1Gi",
                        "'/resources/limits': additional properties 'memroy' not allowed"),
                arguments("resources.requests.memory=-1Gi", "/resources/requests/memory"),
                arguments("resources.requests.cpu=-1", "/resources/requests/cpu"),
                arguments("resources.requests.memory=1GB", "/resources/requests/memory"),
                arguments("resources.request.cpu=1", "additional properties 'request' not allowed"),
                arguments("commonLabels.app\\.kubernetes\\.io/name=mine", "/commonLabels/app.kubernetes.io~1name"),
                arguments("podLabels.app\\.kubernetes\\.io/instance=mine", "/podLabels/app.kubernetes.io~1instance"),
                arguments("commonLabels.team=a b", "/commonLabels/team"),
                arguments("replicas=0", "minimum: got 0, want 1"),
                arguments("redisPoll=30", "/redisPoll"),
                arguments("redisPoll=0s", "/redisPoll"),
                arguments("redisPoll=6m", "/redisPoll"),
                arguments("redisPoll=301s", "/redisPoll"),
                arguments("image.repository=example.com/operator:1.2", "/image/repository"),
                arguments("monitoring.podMonitor.interval=0s", "/monitoring/podMonitor/interval"),
                arguments("webhooks.certificate.certManager.duration=0h", "/webhooks/certificate/certManager/duration"),
                arguments("tolerations[0].efect=NoSchedule", "additional properties 'efect' not allowed"),
                arguments("tolerations[0].operator=Exist", "/tolerations/0/operator"),
                arguments("watchNamespaces={Shop}", "/watchNamespaces/0"),
                arguments("image.digest=4f3c", "/image/digest"),
                arguments("priorityClass.value=2000000000", "/priorityClass/value"),
                arguments("monitoring=null", "missing property 'monitoring'"),
                arguments("monitoring.dashboards.labels=null", "missing property 'labels'"),
                arguments("serviceAccount.create=false", "name the ServiceAccount that exists in serviceAccount.name"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakeIsRefusedWithItsPlace(String set, String message) {
        Helm.Result result = Helm.call("template", "--set", set, Helm.RELEASE, Helm.CHART.toString());
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resources.limits.cpu=1",
                "resources.limits.cpu=0.5",
                "resources.limits.memory=1.5Gi",
                "resources.limits.memory=1e9",
                "resources.limits.example\\.com/gpu=1",
                "commonLabels.example\\.com/team=shop",
                "tolerations[0].operator=Exists",
                "redisPoll=300s",
                "redisPoll=1m30s",
                "redisPoll=5m",
                "image.repository=localhost:5000/a/operator",
                "monitoring.podMonitor.interval=1m30s",
                "watchNamespaces=null",
                "webhooks.namespaceSelector=null",
                "podAnnotations=null",
                "podLabels.team=shop"
            })
    void whatKubernetesTakesIsTaken(String set) {
        Helm.Result result = Helm.call("template", "--set", set, Helm.RELEASE, Helm.CHART.toString());
        assertThat(result.exitCode()).as(result.errors()).isZero();
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
