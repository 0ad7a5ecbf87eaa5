package dev.cachepolicy.e2e;

import dev.cachepolicy.testing.Program;
import java.util.List;
import java.util.stream.Stream;

/** A release of one name in the operator's namespace, and what Helm does to it; each call waits for its end. */
record HelmRelease(KindCluster cluster, String name) {

    void install(ChartVersion version, String... options) {
        helm().run(deploy(version, "install", options));
    }

    /** {@return how Helm installs, or refuses to} */
    Program.Result tryInstall(ChartVersion version) {
        return helm().call(deploy(version, "install"));
    }

    void upgrade(ChartVersion to, String... options) {
        helm().run(deploy(to, "upgrade", options));
    }

    void rollback() {
        helm().run("rollback", name, "--wait", "--timeout", "180s");
    }

    void uninstall() {
        helm().run("uninstall", name, "--wait", "--timeout", "180s");
    }

    private String[] deploy(ChartVersion version, String verb, String... options) {
        return Stream.of(
                        Stream.of(verb, name, version.chart(), "--wait", "--timeout", "180s"),
                        Stream.of(options),
                        version.values().stream().flatMap(value -> Stream.of("--set", value)))
                .flatMap(words -> words)
                .toArray(String[]::new);
    }

    private Program helm() {
        return cluster.helm(OperatorRelease.NAMESPACE);
    }

    /** {@return the images that its Deployment runs} */
    List<String> images() {
        return images("deployments", "{.items[*].spec.template.spec.containers[*].image}");
    }

    /** {@return the images of its pods, those that are ending included: they still answer who has a connection to them} */
    List<String> imagesOfPods() {
        return images("pods", "{.items[*].spec.containers[*].image}");
    }

    private List<String> images(String kind, String path) {
        return List.of(cluster.kubectl(OperatorRelease.NAMESPACE)
                .run("get", kind, "-l", "app.kubernetes.io/instance=" + name, "-o", "jsonpath=" + path)
                .split(" "));
    }
}
