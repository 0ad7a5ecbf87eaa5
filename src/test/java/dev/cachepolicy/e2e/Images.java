package dev.cachepolicy.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The images of the tests. The first two are the product, made by {@code make images}; {@code hack/cluster/image} pulls
 * or makes the others. A cluster that exists pulls what the environment names.
 */
public final class Images {

    static final String OPERATOR = fromEnvironment("E2E_IMAGE_PREFIX", "") + "cachepolicy-operator";
    static final String AGENT = fromEnvironment("E2E_IMAGE_PREFIX", "") + "cachepolicy-agent";
    static final String TAG = fromEnvironment("VERSION", version());
    public static final String SAMPLE = fromEnvironment("E2E_SAMPLE_IMAGE", "sample:local");
    public static final String REDIS = fromEnvironment("E2E_REDIS_IMAGE", "redis:local");
    static final String PROMETHEUS = fromEnvironment("E2E_PROMETHEUS_IMAGE", "prometheus:local");

    private Images() {}

    public static List<String> all() {
        return List.of(OPERATOR + ":" + TAG, AGENT + ":" + TAG, SAMPLE, REDIS, PROMETHEUS);
    }

    /** {@return the version of the release to come, which {@code make images} tags with, unless it was told another} */
    private static String version() {
        try (Stream<String> lines = Files.lines(Path.of("pom.xml"))) {
            return lines.filter(line -> line.startsWith("  <version>"))
                    .map(line -> line.replaceAll("<[^>]+>|-SNAPSHOT", "").strip())
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
