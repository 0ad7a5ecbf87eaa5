package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A Kubernetes cluster made by kind, with the images of {@link Images} on its node; or, where {@code E2E_KUBECONFIG}
 * names one, a cluster that exists and can pull them.
 */
public final class KindCluster implements AutoCloseable {

    private static final String EXISTING = "E2E_KUBECONFIG";

    /** What the chart's release brings that outlives it. */
    private static final List<String> OF_OPERATOR = List.of(
            "namespace/" + OperatorRelease.NAMESPACE,
            "customresourcedefinition/cachebackends.cachepolicy.dev",
            "customresourcedefinition/cachepolicies.cachepolicy.dev");

    /** What tests have made in a cluster that exists, as kind/name. */
    private final List<String> ours = new CopyOnWriteArrayList<>();

    private volatile boolean operatorIsOurs;
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
            KindCluster existing = new KindCluster(name, pinned(Path.of(System.getenv(EXISTING))), false);
            existing.requireNoOperator();
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

    /** {@return a kubeconfig of the present context alone} Whoever chooses another meanwhile must not send us there. */
    private static Path pinned(Path kubeConfig) {
        String minified = new Program(List.of("kubectl"), Map.of("KUBECONFIG", kubeConfig.toString()))
                .run("config", "view", "--raw", "--minify", "--flatten");
        try {
            Path copy = Files.createTempFile("e2e", ".kubeconfig"); // for its owner alone
            copy.toFile().deleteOnExit();
            return Files.writeString(copy, minified);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireNoOperator() {
        Program.Result found =
                kubectl("default").call(concat(List.of("get", "--ignore-not-found", "-o", "name"), OF_OPERATOR));
        if (found.exitCode() != 0 || !found.output().isBlank()) {
            throw new IllegalStateException("the cluster of " + EXISTING
                    + " must not have the operator or its CRDs, which the tests install and remove: " + found.output()
                    + "; remove them, or name another cluster");
        }
    }

    /** Tests have made this; if the cluster is not theirs, they remove it at the end. */
    void removeAtEnd(HasMetadata resource) {
        if (resource.getMetadata().getNamespace() == null) {
            ours.add(resource.getKind().toLowerCase(Locale.ROOT) + "/"
                    + resource.getMetadata().getName());
        }
    }

    /** Tests have installed the operator, and with it the CRDs. */
    void operatorInstalled() {
        operatorIsOurs = true;
    }

    /** Backends and policies go first, while there is an operator that lets go of them. */
    private void removeOurs() {
        Program kubectl = kubectl("default");
        List<String> left = new ArrayList<>(ours);
        if (operatorIsOurs) {
            kubectl.call("delete", "cachebackends,cachepolicies", "--all-namespaces", "--all", "--timeout=15s");
            helm(OperatorRelease.NAMESPACE).call("uninstall", OperatorRelease.NAME);
            left.addAll(OF_OPERATOR);
        }
        if (!left.isEmpty()) {
            // Namespaces take longer than a JVM of tests may take to end.
            kubectl.call(concat(List.of("delete", "--ignore-not-found", "--wait=false"), left));
        }
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
