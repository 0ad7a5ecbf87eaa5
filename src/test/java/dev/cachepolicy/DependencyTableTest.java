package dev.cachepolicy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of packages: what each may use of the project and of libraries. Arrows point downwards only; the agent, of
 * which every pod runs one, sees neither the Kubernetes client nor the operator SDK.
 */
class DependencyTableTest {

    private static final String ROOT = "dev.cachepolicy";

    private static final String KUBERNETES = "io.fabric8..";
    private static final String OPERATOR_SDK = "io.javaoperatorsdk..";
    private static final String JACKSON = "com.fasterxml..";
    private static final String GSON = "com.google.gson..";
    private static final String SNAKEYAML = "org.yaml.snakeyaml..";
    private static final String NETTY = "io.netty..";
    private static final String LETTUCE = "io.lettuce..";
    private static final String PROMETHEUS = "io.prometheus..";
    private static final String PICOCLI = "picocli..";
    private static final String BOUNCY_CASTLE = "org.bouncycastle..";
    private static final List<String> EVERYONE =
            List.of("java..", "javax..", "com.sun.net.httpserver..", "org.jspecify..", "org.slf4j..");

    /** A package with all below it, unless those have a row of their own. */
    private record Row(String name, Set<String> project, Set<String> libraries) {}

    private static final Map<String, Row> TABLE = table(
            new Row("pattern", Set.of(), Set.of()),
            new Row("metrics", Set.of(), Set.of(PROMETHEUS)),
            new Row("tls", Set.of(), Set.of()),
            new Row("resp", Set.of(), Set.of(NETTY)),
            new Row("api", Set.of(), Set.of(KUBERNETES, JACKSON)),
            new Row("redis", Set.of("config", "tls"), Set.of(LETTUCE, NETTY, JACKSON)),
            new Row("config", Set.of("pattern"), Set.of(JACKSON, GSON, SNAKEYAML)),
            new Row("validation", Set.of("api", "pattern"), Set.of(KUBERNETES)),
            new Row(
                    "injector",
                    Set.of("api", "validation", "metrics"),
                    Set.of(KUBERNETES, JACKSON, PROMETHEUS, BOUNCY_CASTLE)),
            new Row("agent.fence", Set.of("config"), Set.of()),
            new Row(
                    "agent.policy",
                    Set.of("config", "pattern", "resp", "metrics", "agent.fence"),
                    Set.of(NETTY, PROMETHEUS)),
            new Row(
                    "agent.proxy",
                    Set.of("config", "pattern", "resp", "metrics", "tls", "agent.policy", "agent.fence"),
                    Set.of(NETTY, PROMETHEUS)),
            new Row(
                    "agent",
                    Set.of("config", "pattern", "resp", "metrics", "tls", "agent.policy", "agent.proxy"),
                    Set.of(NETTY, GSON, PROMETHEUS)),
            new Row("operator.model", Set.of("api", "config", "validation", "pattern"), Set.of(KUBERNETES)),
            new Row(
                    "operator.keeper",
                    Set.of("api", "config", "redis", "metrics", "tls", "operator.model"),
                    Set.of(PROMETHEUS, JACKSON)),
            new Row(
                    "operator",
                    Set.of(
                            "api",
                            "config",
                            "validation",
                            "pattern",
                            "redis",
                            "metrics",
                            "tls",
                            "injector",
                            "operator.model",
                            "operator.keeper"),
                    Set.of(KUBERNETES, OPERATOR_SDK, JACKSON, PROMETHEUS)),
            new Row(
                    "cli",
                    Set.of(
                            "api",
                            "config",
                            "validation",
                            "pattern",
                            "metrics",
                            "resp",
                            "agent",
                            "agent.policy",
                            "operator",
                            "operator.model",
                            "injector"),
                    Set.of(PICOCLI, KUBERNETES, JACKSON, NETTY, PROMETHEUS)));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static Map<String, Row> table(Row... rows) {
        Map<String, Row> table = new TreeMap<>();
        for (Row row : rows) {
            table.put(row.name(), row);
        }
        return table;
    }

    static List<String> packages() {
        return CLASSES.stream()
                .map(JavaClass::getPackageName)
                .distinct()
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesOnlyWhatItsRowAllows(String name) {
        Row row = row(name);
        DescribedPredicate<JavaClass> allowed = JavaClass.Predicates.resideInAnyPackage(EVERYONE.toArray(String[]::new))
                .or(JavaClass.Predicates.resideInAnyPackage(row.libraries().toArray(String[]::new)))
                .or(DescribedPredicate.describe(
                        "the project's packages " + row.project(),
                        used -> isProject(used)
                                && (row(used.getPackageName()).name().equals(row.name())
                                        || row.project()
                                                .contains(row(used.getPackageName())
                                                        .name()))))
                .or(DescribedPredicate.describe("a primitive", JavaClass::isPrimitive));
        noClasses()
                .that()
                .resideInAPackage(name)
                .should()
                .dependOnClassesThat(DescribedPredicate.not(allowed.onResultOf(JavaClass::getBaseComponentType)))
                .because("the row '" + row.name() + "' of the dependency table does not name it")
                .check(CLASSES);
    }

    @Test
    void noCircles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void everyPackageSaysWhatItIsFor(String name) {
        Path info = Path.of("src/main/java", name.split("\\.")).resolve("package-info.java");
        assertThat(Files.isRegularFile(info)).as("%s is missing", info).isTrue();
        assertThat(name.substring(ROOT.length()).split("\\."))
                .as("packages are named for what they do")
                .doesNotContain("util", "utils", "helper", "helpers", "common", "misc");
    }

    private static boolean isProject(JavaClass used) {
        return used.getPackageName().startsWith(ROOT + ".");
    }

    /** The row of a package: its own, or that of the nearest package above it. */
    private static Row row(String packageName) {
        String name = packageName.substring(ROOT.length() + 1);
        while (!TABLE.containsKey(name)) {
            int dot = name.lastIndexOf('.');
            assertThat(dot)
                    .as("package %s has no row in the dependency table", packageName)
                    .isPositive();
            name = name.substring(0, dot);
        }
        return TABLE.get(name);
    }

    @Test
    void everyRowIsUsed() {
        assertThat(packages().stream().map(name -> row(name).name()).collect(Collectors.toSet()))
                .isEqualTo(TABLE.keySet());
    }
}
