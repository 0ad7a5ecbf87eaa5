package dev.cachepolicy.e2e;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The cluster that the test classes share: the operator installed by Helm, a shop under load, a Prometheus. Made once for
 * each JVM, in the order of a first day; each test leaves it as it found it.
 */
final class Platform {

    /** Two runs on one engine need two names: each removes what an earlier run of its name has left. */
    private static final String NAME = "E2E_CLUSTER";

    /** Runs once, whatever comes of it. */
    private static final FutureTask<Platform> MADE = new FutureTask<>(Platform::new);

    private final KindCluster cluster;
    private final OperatorRelease operator;
    private final Shop shop;
    private final Prometheus prometheus;

    private Platform() throws IOException {
        cluster = KindCluster.start(System.getenv().getOrDefault(NAME, "cachepolicy-e2e"));
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        operator = OperatorRelease.install(cluster, "redisPoll=5s");
        shop = Shop.open(cluster);
        prometheus = Prometheus.install(cluster, operator);
        shop.applyExamples();
        shop.startLoad();
    }

    /** @throws IllegalStateException if it could not be made; it is not tried again */
    static Platform shared() {
        MADE.run();
        try {
            return MADE.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the platform of the tests was not made", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    KindCluster cluster() {
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
}
