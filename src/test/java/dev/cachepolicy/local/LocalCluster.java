package dev.cachepolicy.local;

import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.Program;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Everything that a cluster with the operator has, as processes on loopback: an API server, the operator with its
 * webhooks, a Redis, and a node stand-in. The same for tests and for the demo.
 */
public final class LocalCluster implements AutoCloseable {

    private final Path directory;
    private final KubeApi api;
    private final RedisProcess redis;
    private final OperatorProcess operator;
    private final NodeStandIn node;
    private final Path kubeConfig;

    private LocalCluster(
            Path directory,
            KubeApi api,
            RedisProcess redis,
            OperatorProcess operator,
            NodeStandIn node,
            Path kubeConfig) {
        this.directory = directory;
        this.api = api;
        this.redis = redis;
        this.operator = operator;
        this.node = node;
        this.kubeConfig = kubeConfig;
    }

    /**
     * {@return a cluster whose operator is ready}
     *
     * @param directory for the kubeconfig, logs and volumes
     * @param api stays the caller's to close
     * @param operatorOptions more options of {@code cachepolicy operator}
     */
    public static LocalCluster start(Path directory, KubeApi api, RedisProcess redis, String... operatorOptions)
            throws Exception {
        Files.createDirectories(directory);
        Path kubeConfig = Files.writeString(directory.resolve("kubeconfig"), api.kubeConfigYaml());
        int webhookPort = Ports.free();
        Webhooks.apply(api.client(), webhookPort);
        OperatorProcess operator = OperatorProcess.start(
                kubeConfig, directory.resolve("operator.log"), webhookPort, List.of(operatorOptions));
        NodeStandIn node = new NodeStandIn(api.client(), images(), addresses(), directory);
        LocalCluster cluster = new LocalCluster(directory, api, redis, operator, node, kubeConfig);
        try {
            operator.awaitReady(Duration.ofSeconds(60));
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static Images images() {
        return new Images(Map.of(
                Names.AGENT_CONTAINER,
                new Images.Image(List.of("bin/cachepolicy"), Path.of("")),
                "node-cache-aside",
                new Images.Image(List.of("node", "app.js"), Path.of("examples", "apps", "node-cache-aside"))));
    }

    private static PodAddresses addresses() {
        return new PodAddresses(Path.of(System.getProperty("java.io.tmpdir"), "cachepolicy-addresses"));
    }

    /** Makes a namespace whose pods run here. */
    public void addNamespace(String name) {
        api.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .serverSideApply();
        node.serve(name);
    }

    public KubeApi api() {
        return api;
    }

    public RedisProcess redis() {
        return redis;
    }

    public OperatorProcess operator() {
        return operator;
    }

    public NodeStandIn node() {
        return node;
    }

    /** {@return a kubeconfig file of the cluster's administrator} */
    public Path kubeConfig() {
        return kubeConfig;
    }

    public Path directory() {
        return directory;
    }

    /** {@return kubectl in one namespace} */
    public Program kubectl(String namespace) {
        return Program.kubectl(api.kubectl(), kubeConfig, namespace);
    }

    /** Ends the pods, then the operator. API server and Redis are the caller's. */
    @Override
    public void close() {
        node.close();
        operator.close();
        Webhooks.delete(api.client());
    }
}
