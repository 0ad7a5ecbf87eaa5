package dev.cachepolicy.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that the test classes share: the operator installed by Helm, a shop under load, a Prometheus. Made once for
 * each JVM, in the order of a first day; each test leaves it as it found it.
 */
final class Platform {

    private static @Nullable Platform shared;

    private final KindCluster cluster;
    private final OperatorRelease operator;
    private final Shop shop;
    private final Prometheus prometheus;

    private Platform() throws IOException {
        cluster = KindCluster.start("cachepolicy-e2e");
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        operator = OperatorRelease.install(cluster, "redisPoll=5s");
        shop = Shop.open(cluster);
        prometheus = Prometheus.install(cluster, operator);
        shop.applyExamples();
        shop.startLoad();
    }

    static synchronized Platform shared() {
        if (shared == null) {
            try {
                shared = new Platform();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return shared;
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
