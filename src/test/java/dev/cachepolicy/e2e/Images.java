package dev.cachepolicy.e2e;

import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The images of the tests. The first two are the product, made by {@code make images}; the sample application's is the
 * name that its example gives; Redis and Prometheus come from wherever the machine has them.
 */
final class Images {

    static final String OPERATOR = "cachepolicy-operator";
    static final String AGENT = "cachepolicy-agent";
    static final String TAG = version();
    static final String SAMPLE = "example.com/node-cache-aside:1.0.0";
    static final String REDIS = fromEnvironment("E2E_REDIS_IMAGE", "redis:7");
    static final String PROMETHEUS = fromEnvironment("E2E_PROMETHEUS_IMAGE", "prom/prometheus:v3.7.3");

    private Images() {}

    static List<String> all() {
        return List.of(OPERATOR + ":" + TAG, AGENT + ":" + TAG, SAMPLE, REDIS, PROMETHEUS);
    }

    /** Pulls what this machine does not have. */
    static void ensure(Program docker) {
        for (String image : all()) {
            if (docker.call("image", "inspect", image).exitCode() != 0) {
                docker.run("pull", image);
            }
        }
    }

    /** {@return the project's version, which the images are tagged with} */
    private static String version() {
        try (Stream<String> lines = Files.lines(Path.of("pom.xml"))) {
            return lines.filter(line -> line.startsWith("  <version>"))
                    .map(line -> line.replaceAll("<[^>]+>", "").strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("tests run in the project's directory", e);
        }
    }

    private static String fromEnvironment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
