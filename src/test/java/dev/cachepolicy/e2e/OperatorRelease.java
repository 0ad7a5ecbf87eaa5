package dev.cachepolicy.e2e;

import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operator as Helm installs it. */
public final class OperatorRelease {

    public static final String NAMESPACE = "cachepolicy-system";
    public static final String NAME = "cachepolicy-operator";

    private final KindCluster cluster;
    private final List<String> values;

    /** Of the chart in this tree and the images made from it, with these values; nothing is installed yet. */
    public OperatorRelease(KindCluster cluster, String... values) {
        this.cluster = cluster;
        this.values = Stream.concat(ChartVersion.ofTree().values().stream(), Stream.of(values))
                .toList();
    }

    /** {@return a release that is ready} */
    static OperatorRelease install(KindCluster cluster, String... values) {
        OperatorRelease release = new OperatorRelease(cluster, values);
        release.helm().run(release.installation());
        cluster.operatorInstalled();
        return release;
    }

    /** {@return what Helm is told to install it} */
    public String[] installation() {
        return command(
                "install", NAME, ChartVersion.ofTree().chart(), "--create-namespace", "--wait", "--timeout", "180s");
    }

    private String[] command(String... first) {
        List<String> command = new ArrayList<>(List.of(first));
        values.forEach(value -> command.addAll(List.of("--set", value)));
        return command.toArray(String[]::new);
    }

    /** {@return one of the chart's monitoring templates, rendered for this release; alerts fire after two seconds} */
    String rendered(String template) {
        return helm().run(command(
                "template",
                NAME,
                ChartVersion.ofTree().chart(),
                "--show-only",
                "templates/" + template,
                "--set",
                "monitoring.podMonitor.enabled=true,monitoring.serviceMonitor.enabled=true,"
                        + "monitoring.prometheusRule.enabled=true,monitoring.prometheusRule.for=2s"));
    }

    public Program helm() {
        return cluster.helm(NAMESPACE);
    }

    Program kubectl() {
        return cluster.kubectl(NAMESPACE);
    }

    public List<Pod> pods() {
        return cluster.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/name", NAME)
                .list()
                .getItems();
    }

    /** {@return the serial numbers of the webhooks' certificates that its pods show, each pod asked by itself} */
    Set<String> webhookSerials() {
        return pods().stream()
                .map(pod -> {
                    try (LocalPortForward forward =
                            cluster.client().pods().resource(pod).portForward(9443)) {
                        return ShownCertificate.at(forward.getLocalPort())
                                .getSerialNumber()
                                .toString(16);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Waits until no operator runs. */
    void stop() {
        kubectl().run("scale", "deployment/" + NAME, "--replicas=0");
        await().atMost(Duration.ofMinutes(3)).until(() -> pods().isEmpty());
    }

    /** After {@link #stop}: waits until as many run as the chart says. */
    void start() {
        kubectl().run("scale", "deployment/" + NAME, "--replicas=2");
        awaitRollout();
    }

    void awaitRollout() {
        kubectl().run("rollout", "status", "deployment/" + NAME, "--timeout=180s");
    }
}
