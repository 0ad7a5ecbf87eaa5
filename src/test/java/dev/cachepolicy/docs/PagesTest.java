package dev.cachepolicy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.operator.keeper.RedisState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages held against the files and the code of which they speak. */
class PagesTest {

    private static final Path GUIDES = Path.of("docs", "guides");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern WORD = Pattern.compile("\"([A-Z][A-Za-z]*[a-z][A-Za-z]*)\"");

    /** Words in CamelCase that the operator's code has and that are no reasons of conditions or Events. */
    private static final Set<String> OTHER_WORDS = Set.of(
            // kinds and controllers
            "CacheBackend",
            "CacheBackendRestore",
            "CachePolicy",
            // statuses of conditions, types of Events, phases of pods
            "True",
            "False",
            "Normal",
            "Warning",
            "Running",
            "Succeeded",
            "Failed",
            // types of conditions that are never a reason
            "ConfigApplied",
            "Reachable",
            "Stalled",
            // actions of Events
            "ApplySettings",
            "Connect",
            "Publish",
            "ReadSecret",
            "RemoveFinalizer",
            "RestoreSettings",
            "Validate",
            // operators of label selectors, a warning of the compiler
            "DoesNotExist",
            "Exists",
            "In",
            "NotIn",
            "ConstantValue");

    static List<Path> pages() throws IOException {
        return Pages.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        List<String> broken = new ArrayList<>();
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
            String target = link.group(1);
            if (!target.startsWith("http")) {
                String[] parts = target.split("#", 2);
                Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                if (!Files.exists(file) || (parts.length == 2 && !anchors(file).contains(parts[1]))) {
                    broken.add(target);
                }
            }
        }
        assertThat(broken).as("links of %s that lead nowhere", page).isEmpty();
    }

    private static List<String> anchors(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(title -> title.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
                .toList();
    }

    @Test
    void everyReasonIsExplainedToWhoeverIsCalled() throws IOException {
        Set<String> explained = new TreeSet<>();
        for (String table : List.of("policy-reasons", "backend-reasons", "events")) {
            for (List<String> row : Pages.table(GUIDES.resolve("on-call.md"), table)) {
                Stream.of(row.get(0).split(", ")).forEach(reason -> explained.add(reason.replace("`", "")));
            }
        }

        assertThat(explained).isEqualTo(reasonsInTheCode());
    }

    private static Set<String> reasonsInTheCode() throws IOException {
        Set<String> words = new TreeSet<>();
        for (String part : List.of("operator", "validation")) {
            try (Stream<Path> sources = Files.walk(Path.of("src/main/java/dev/cachepolicy", part))) {
                for (Path source : sources.filter(Files::isRegularFile).toList()) {
                    WORD.matcher(Files.readString(source)).results().forEach(match -> words.add(match.group(1)));
                }
            }
        }
        assertThat(words).as("exceptions that the code no longer has").containsAll(OTHER_WORDS);
        words.removeAll(OTHER_WORDS);
        for (RedisState.Reason reason : RedisState.Reason.values()) {
            words.add(reason.name());
        }
        return words;
    }

    @Test
    void aclRulesAreThoseOfTheExample() throws IOException {
        String guide = Files.readString(GUIDES.resolve("platform-team.md"));

        assertThat(Files.readAllLines(Path.of("examples/platform/users.acl")).stream()
                        .filter(line -> !line.equals("user default off")))
                .hasSize(2)
                .allSatisfy(rule -> assertThat(guide).contains(rule));
    }
}
