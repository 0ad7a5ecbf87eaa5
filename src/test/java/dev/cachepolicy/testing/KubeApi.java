package dev.cachepolicy.testing;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.KubeAPITestException;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real kube-apiserver with its own etcd, our CRDs installed. No controllers run beside it: nothing makes pods of
 * Deployments, and namespaces do not go away by themselves. Starting takes some seconds, so test classes share one
 * through {@link #shared()} and keep apart by {@link #newNamespace namespaces}.
 */
public final class KubeApi implements AutoCloseable {

    private static final Path CACHE = Path.of(
            System.getenv().getOrDefault("CACHEPOLICY_CACHE", System.getProperty("user.home") + "/.cache/cachepolicy"));

    private static final int ATTEMPTS = 3;

    /** It takes 4 s on an idle machine. */
    private static final int STARTUP_MILLIS = 60_000;

    private static KubeApi shared;

    private final KubeAPIServer server;
    private final KubernetesClient client;

    private KubeApi(KubeAPIServer server) {
        this.server = server;
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .build();
    }

    /** {@return the API server of this JVM, started at the first call and stopped with the JVM} */
    public static synchronized KubeApi shared() {
        if (shared == null) {
            shared = start(List.of());
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    /**
     * {@return a new API server}
     *
     * @param flags more flags of kube-apiserver, such as {@code --audit-log-path=...}
     */
    public static KubeApi start(List<String> flags) {
        Path binaries = CACHE.resolve("k8s").resolve(version() + "-linux-" + arch());
        if (!Files.isExecutable(binaries.resolve("kube-apiserver"))) {
            throw new IllegalStateException("no kube-apiserver in " + binaries + ": run hack/kube-binaries first");
        }
        KubeApi api = new KubeApi(launch(flags));
        api.installCrds();
        return api;
    }

    /** The ports are chosen before they are bound, and another process may come between: then others are tried. */
    private static KubeAPIServer launch(List<String> flags) {
        KubeAPITestException failure = new KubeAPITestException("not tried");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                    .withOfflineMode(true)
                    .withTestDir(CACHE.toString())
                    .withApiServerVersion(version())
                    .withUpdateKubeConfig(false)
                    .withApiServerFlags(flags)
                    .withStartupTimeout(STARTUP_MILLIS)
                    .build());
            try {
                server.start();
                return server;
            } catch (KubeAPITestException e) {
                failure = e;
                server.stop();
            }
        }
        throw failure;
    }

    private void installCrds() {
        for (String name : List.of("cachebackends", "cachepolicies")) {
            client.load(stream(Path.of("crds", name + ".cachepolicy.dev.yaml"))).serverSideApply();
        }
        for (String name : List.of("cachebackends", "cachepolicies")) {
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(name + ".cachepolicy.dev")
                    .waitUntilCondition(KubeApi::isEstablished, 30, TimeUnit.SECONDS);
        }
    }

    /** The client also calls this before there is a definition, and before it has conditions. */
    private static boolean isEstablished(@Nullable CustomResourceDefinition crd) {
        return crd != null
                && crd.getStatus() != null
                && crd.getStatus().getConditions() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    /** {@return a client as cluster administrator, shared by all who ask} */
    public KubernetesClient client() {
        return client;
    }

    /** {@return a kubeconfig of the cluster administrator, for kubectl and other processes} */
    public String kubeConfigYaml() {
        return server.getKubeConfigYaml();
    }

    /** {@return the kubectl of the API server's version} */
    public Path kubectl() {
        return CACHE.resolve("k8s").resolve(version() + "-linux-" + arch()).resolve("kubectl");
    }

    /** {@return the name of a namespace made for the caller} */
    public String newNamespace() {
        String name = "test-" + UUID.randomUUID().toString().substring(0, 8);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    @Override
    public void close() {
        client.close();
        server.stop();
    }

    private static String version() {
        try {
            return Files.readAllLines(Path.of("hack", "versions")).stream()
                    .filter(line -> line.startsWith("KUBERNETES="))
                    .map(line -> line.substring("KUBERNETES=".length()))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException("tests run in the project's directory", e);
        }
    }

    private static String arch() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    private static java.io.InputStream stream(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file + ": run make crds", e);
        }
    }
}
