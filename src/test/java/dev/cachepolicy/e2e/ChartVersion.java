package dev.cachepolicy.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * A version of the product, as it is installed.
 *
 * @param tree the work tree that has the chart
 * @param tag of the images
 * @param values where the images are, and their tag if the chart does not say it
 */
record ChartVersion(Path tree, String tag, List<String> values) {

    private static final int NO_RELEASE = 3;
    private static final List<String> REPOSITORIES =
            List.of("image.repository=" + Images.OPERATOR, "agent.image.repository=" + Images.AGENT);

    /** {@return the chart of this tree, with the images made from it} */
    static ChartVersion ofTree() {
        return new ChartVersion(
                Path.of("."),
                Images.TAG,
                Stream.concat(
                                REPOSITORIES.stream(),
                                Stream.of("image.tag=" + Images.TAG, "agent.image.tag=" + Images.TAG))
                        .toList());
    }

    /**
     * {@return the newest release before this tree, with the images that its chart names, made from its tag}
     *
     * @throws TestAbortedException if this clone has no tag of a release
     */
    static ChartVersion ofNewestRelease() {
        Program.Result newest = Program.of("hack/release-images").call("--newest");
        if (newest.exitCode() == NO_RELEASE) {
            System.out.println("NOT TESTED: upgrade from the newest release. " + newest.output());
            throw new TestAbortedException(newest.output());
        }
        if (newest.exitCode() != 0) {
            throw new IllegalStateException(newest.output());
        }
        String made = Program.of("hack/release-images").run(newest.output());
        Path tree = Path.of(made.lines().toList().getLast());
        return new ChartVersion(tree, newest.output().substring(1), REPOSITORIES);
    }

    /**
     * {@return the same chart and images, but a CRD of CachePolicies with one more field, as a later version may have it}
     *
     * @param copy a directory for it
     * @param field below spec, a string
     */
    ChartVersion withField(Path copy, String field) throws IOException {
        for (String part : List.of("helm/cachepolicy-operator", "crds")) {
            copy(tree.resolve(part), copy.resolve(part));
        }
        String name = "cachepolicies.cachepolicy.dev.yaml";
        CustomResourceDefinition crd = crd("cachepolicies");
        crd.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("spec")
                .getProperties()
                .put(field, new JSONSchemaPropsBuilder().withType("string").build());
        String yaml = Serialization.asYaml(crd);
        Files.writeString(copy.resolve("crds").resolve(name), yaml);
        Files.writeString(copy.resolve("helm/cachepolicy-operator/files/crds").resolve(name), yaml);
        return new ChartVersion(copy, tag, values);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** {@return the version that the chart labels its objects with} */
    String appVersion() {
        try {
            return Serialization.unmarshal(Files.readString(Path.of(chart(), "Chart.yaml")), JsonNode.class)
                    .path("appVersion")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String chart() {
        return tree.resolve("helm/cachepolicy-operator").toString();
    }

    String operatorImage() {
        return Images.OPERATOR + ":" + tag;
    }

    String agentImage() {
        return Images.AGENT + ":" + tag;
    }

    CustomResourceDefinition crd(String plural) {
        try {
            return Serialization.unmarshal(
                    Files.readString(tree.resolve("crds").resolve(plural + ".cachepolicy.dev.yaml")),
                    CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
