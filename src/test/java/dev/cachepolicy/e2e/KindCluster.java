package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Kubernetes cluster made by kind, with the images of {@link Images} on its node; or, where {@code E2E_KUBECONFIG}
 * names one, a cluster that exists and can pull them.
 */
public final class KindCluster implements AutoCloseable {

    private static final String EXISTING = "E2E_KUBECONFIG";

    /** What tests leave in a cluster that exists. */
    private static final List<String> OURS = List.of(
            "namespace/" + OperatorRelease.NAMESPACE,
            "namespace/" + Shop.NAMESPACE,
            "namespace/" + AlertsE2E.TIGHT,
            "namespace/" + Prometheus.NAMESPACE,
            "clusterrole/e2e-prometheus",
            "clusterrolebinding/e2e-prometheus",
            "customresourcedefinition/cachebackends.cachepolicy.dev",
            "customresourcedefinition/cachepolicies.cachepolicy.dev");

    private final String name;
    private final Path kubeConfig;
    private final boolean made;
    private final KubernetesClient client;

    private KindCluster(String name, Path kubeConfig, boolean made) {
        this.name = name;
        this.kubeConfig = kubeConfig;
        this.made = made;
        try {
            client = new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(Files.readString(kubeConfig)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return a new, empty cluster of this name} One that an earlier run left is deleted. */
    static KindCluster start(String name) {
        return start(name, Images.all());
    }

    /** {@return a new, empty cluster of this name, with these images on its node} */
    public static KindCluster start(String name, List<String> images) {
        if (exists()) {
            KindCluster existing = new KindCluster(name, Path.of(System.getenv(EXISTING)), false);
            existing.requireNothingOfOurs();
            return existing;
        }
        Program docker = Program.of("docker");
        Program.Result engine = docker.call("info");
        if (engine.exitCode() != 0) {
            throw new IllegalStateException(
                    "no container engine answers: run hack/provision cluster, or name a cluster in " + EXISTING
                            + "; docker info says " + engine.output());
        }
        delete(name);
        Program kind = Program.of("kind");
        kind.run(creation(name).toArray(String[]::new));
        KindCluster cluster = new KindCluster(name, kubeConfig(name), true);
        kind.run(loading(name, images).toArray(String[]::new));
        return cluster;
    }

    /** Deletes a cluster that kind made, if there is one of this name. */
    public static void delete(String name) {
        Program.of("kind").run("delete", "cluster", "--name", name);
    }

    /** {@return what kind is told to make a cluster} */
    public static List<String> creation(String name) {
        List<String> create = new ArrayList<>(List.of("create", "cluster", "--name", name));
        create.addAll(List.of("--kubeconfig", kubeConfig(name).toString(), "--wait", "180s"));
        option("KIND_NODE_IMAGE", "--image", create);
        option("KIND_CONFIG", "--config", create);
        return create;
    }

    /** {@return what kind is told to put images on a cluster's node} */
    public static List<String> loading(String name, List<String> images) {
        List<String> load = new ArrayList<>(List.of("load", "docker-image", "--name", name));
        load.addAll(images);
        return load;
    }

    private static Path kubeConfig(String name) {
        return Path.of("target", "e2e", name, "kubeconfig").toAbsolutePath();
    }

    public Path kubeConfig() {
        return kubeConfig;
    }

    /** {@return whether {@link #start} gives the cluster that exists, which all test classes share, and not a new one} */
    static boolean exists() {
        String existing = System.getenv(EXISTING);
        return existing != null && !existing.isEmpty();
    }

    private static void option(String variable, String option, List<String> arguments) {
        String value = System.getenv(variable);
        if (value != null && !value.isEmpty()) {
            arguments.addAll(List.of(option, value));
        }
    }

    public KubernetesClient client() {
        return client;
    }

    /** {@return kubectl in one namespace} */
    public Program kubectl(String namespace) {
        return new Program(List.of("kubectl", "--namespace", namespace), environment());
    }

    /** {@return helm in one namespace} */
    public Program helm(String namespace) {
        return new Program(List.of("helm", "--namespace", namespace), environment());
    }

    /** Gives an image on the node a second name, under which manifests ask for it. */
    public void tag(String image, String alias) {
        assumeThat(made).as("kind's node can be entered").isTrue();
        Program node = Program.of("docker", "exec", name + "-control-plane");
        node.run("ctr", "--namespace", "k8s.io", "images", "tag", "docker.io/library/" + image, alias);
    }

    /** Sends a signal to the agent of a pod, on its node: in its image there is nothing that could. */
    void signalAgentOf(Pod pod, String signal) {
        assumeThat(made).as("kind's node can be entered").isTrue();
        Program node = Program.of("docker", "exec", pod.getSpec().getNodeName());
        String container = pod.getStatus().getInitContainerStatuses().stream()
                .filter(status -> status.getName().equals("cachepolicy-agent"))
                .map(status -> status.getContainerID().replace("containerd://", ""))
                .findFirst()
                .orElseThrow();
        node.run("ctr", "--namespace", "k8s.io", "tasks", "kill", "--signal", signal, container);
    }

    private Map<String, String> environment() {
        return Map.of("KUBECONFIG", kubeConfig.toString());
    }

    /** What is removed at the end must be what was put there, and nothing that somebody works with. */
    private void requireNothingOfOurs() {
        Program.Result found =
                kubectl("default").call(concat(List.of("get", "--ignore-not-found", "-o", "name"), OURS));
        if (found.exitCode() != 0 || !found.output().isBlank()) {
            throw new IllegalStateException("the cluster of " + EXISTING
                    + " must have none of these, which the tests make and remove: " + found.output()
                    + "; remove them, or name another cluster");
        }
    }

    /** Backends and policies go first, while there is an operator that lets go of them. */
    private void removeOurs() {
        Program kubectl = kubectl("default");
        kubectl.call("delete", "cachebackends,cachepolicies", "--all-namespaces", "--all", "--timeout=15s");
        helm(OperatorRelease.NAMESPACE).call("uninstall", OperatorRelease.NAME);
        // Namespaces take longer than a JVM of tests may take to end.
        kubectl.call(concat(List.of("delete", "--ignore-not-found", "--wait=false"), OURS));
    }

    private static String[] concat(List<String> first, List<String> then) {
        return Stream.concat(first.stream(), then.stream()).toArray(String[]::new);
    }

    /**
     * Deletes the cluster if it was made here, and what the tests made in one that exists; {@code E2E_KEEP=1} keeps them for
     * a look.
     */
    @Override
    public void close() {
        client.close();
        if (System.getenv("E2E_KEEP") == null) {
            if (made) {
                delete(name);
            } else {
                removeOurs();
            }
        }
    }
}
