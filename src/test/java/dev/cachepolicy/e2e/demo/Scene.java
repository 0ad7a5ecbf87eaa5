package dev.cachepolicy.e2e.demo;

import dev.cachepolicy.e2e.Images;
import dev.cachepolicy.e2e.KindCluster;
import dev.cachepolicy.e2e.OperatorRelease;
import dev.cachepolicy.e2e.Prometheus;
import dev.cachepolicy.e2e.Shop;
import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the steps happen: the cluster and what is in it; and what one step leaves for a later one. */
final class Scene implements AutoCloseable {

    static final String CLUSTER = "cachepolicy-demo";
    static final String APP = "node-cache-aside";
    static final String POLICY = "user-profiles";

    /** So many pods the example's Deployment has. */
    static final int PODS = 2;

    private final Terminal terminal;
    private volatile boolean starting;
    private @Nullable KindCluster cluster;
    private OperatorRelease operator;
    private Shop shop;
    private Prometheus prometheus;

    /** The application's pods when they had become ready, see {@link Shop#identity}. */
    List<String> pods = List.of();

    Scene(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Makes the cluster; what the manifests of the demo ask for is on its node. */
    void start() {
        starting = true;
        cluster = KindCluster.start(CLUSTER, Images.all());
        cluster.tag(Images.REDIS, "docker.io/library/redis:7");
        cluster.tag(Images.SAMPLE, "example.com/node-cache-aside:1.0.0");
        operator = new OperatorRelease(cluster);
        shop = new Shop(cluster);
    }

    void startPrometheus() throws IOException {
        prometheus = Prometheus.install(cluster(), operator);
    }

    Terminal terminal() {
        return terminal;
    }

    KindCluster cluster() {
        if (cluster == null) {
            throw new IllegalStateException("there is no cluster");
        }
        return cluster;
    }

    OperatorRelease operator() {
        return operator;
    }

    Shop shop() {
        return shop;
    }

    Prometheus prometheus() {
        return prometheus;
    }

    /** Shows a kubectl command of the shop's namespace and runs it. {@return what it said} */
    String kubectl(String... arguments) {
        return terminal.run(shop.kubectl(), arguments);
    }

    /** Asks the application for a page, as its users do. {@return what kubectl says of the answer} */
    Program.Result page(String path) {
        return shop.kubectl()
                .call("get", "--raw", "/api/v1/namespaces/" + Shop.NAMESPACE + "/services/" + APP + ":80/proxy" + path);
    }

    /** {@return the application's pods} */
    List<Pod> appPods() {
        return cluster()
                .client()
                .pods()
                .inNamespace(Shop.NAMESPACE)
                .withLabel("app", APP)
                .list()
                .getItems();
    }

    /** {@return Redis's settings that the operator decides} */
    String settings() {
        return shop.setting("maxmemory") + ", " + shop.setting("maxmemory-policy");
    }

    /** Deletes the cluster, be it half made; called again, it does nothing. */
    @Override
    public synchronized void close() {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        } else if (starting) {
            KindCluster.delete(CLUSTER);
        }
        starting = false;
    }
}
