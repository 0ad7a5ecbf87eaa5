package dev.cachepolicy.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachepolicy.observability.Dashboard.Panel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DashboardsTest {

    private static final Set<String> BUILT_IN = Set.of("__rate_interval", "__range");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");
    private static final Pattern RUNBOOK = Pattern.compile("docs/runbooks/(\\w+)\\.md");

    static List<Dashboard> dashboards() {
        return Dashboard.all();
    }

    @Test
    void policiesAndBackendsHaveTheirDashboards() {
        assertThat(dashboards()).extracting(Dashboard::file).containsExactly("backends.json", "policies.json");
        assertThat(dashboards())
                .extracting(dashboard -> dashboard.json().path("uid").asText())
                .doesNotHaveDuplicates()
                .allSatisfy(uid -> assertThat(uid).matches("[a-z-]{1,40}"));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyPanelSaysWhatItShows(Dashboard dashboard) {
        assertThat(dashboard.panels()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.title()).isNotBlank();
            assertThat(panel.json().path("description").asText())
                    .as("description of %s", panel.title())
                    .endsWith(".");
            assertThat(panel.json().at("/fieldConfig/defaults/unit").asText())
                    .as("unit of %s", panel.title())
                    .isNotBlank();
            assertThat(panel.json().at("/fieldConfig/defaults/noValue").asText())
                    .as("what %s shows without data", panel.title())
                    .isNotBlank();
            assertThat(panel.queries())
                    .as("queries of %s", panel.title())
                    .isNotEmpty()
                    .doesNotContain("");
        });
        assertThat(dashboard.panels()).extracting(Panel::title).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panelsHaveIdsOfTheirOwnAndDoNotOverlap(Dashboard dashboard) {
        List<Integer> ids = new ArrayList<>();
        List<String> cells = new ArrayList<>();
        dashboard.json().path("panels").forEach(panel -> {
            ids.add(panel.path("id").asInt());
            JsonNode at = panel.path("gridPos");
            assertThat(at.path("x").asInt() + at.path("w").asInt()).isLessThanOrEqualTo(24);
            for (int x = 0; x < at.path("w").asInt(); x++) {
                for (int y = 0; y < at.path("h").asInt(); y++) {
                    cells.add((at.path("x").asInt() + x) + "," + (at.path("y").asInt() + y));
                }
            }
        });
        assertThat(ids).doesNotHaveDuplicates().doesNotContain(0);
        assertThat(cells).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyQueryAsksForSeriesThatExist(Dashboard dashboard) {
        Set<String> known = KnownSeries.names();
        for (Panel panel : dashboard.panels()) {
            for (String query : panel.queries()) {
                assertThat(PromQl.metrics(query))
                        .as("%s: %s", panel.title(), query)
                        .isNotEmpty()
                        .isSubsetOf(known);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyVariableIsDefinedAndUsed(Dashboard dashboard) {
        Set<String> defined = new TreeSet<>();
        dashboard
                .json()
                .at("/templating/list")
                .forEach(variable -> defined.add(variable.path("name").asText()));
        Set<String> used = new TreeSet<>();
        Matcher matcher = VARIABLE.matcher(dashboard.json().path("panels").toString());
        while (matcher.find()) {
            used.add(matcher.group(1));
        }
        used.removeAll(BUILT_IN);
        assertThat(used).isEqualTo(defined);
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyPanelTakesTheChosenDataSource(Dashboard dashboard) {
        assertThat(dashboard.json().findValues("datasource"))
                .isNotEmpty()
                .allSatisfy(source -> assertThat(source.path("uid").asText()).isEqualTo("${datasource}"));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void ratiosAndQuantilesHaveNoValueWithoutTrafficInsteadOfNaN(Dashboard dashboard) {
        for (Panel panel : dashboard.panels()) {
            for (String query : panel.queries()) {
                if (query.contains(" / ") || query.contains("histogram_quantile")) {
                    assertThat(query).as(panel.title()).contains("> 0)");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void linksLeadToRunbooksThatExist(Dashboard dashboard) {
        List<String> runbooks = new ArrayList<>();
        Matcher matcher = RUNBOOK.matcher(dashboard.json().toString());
        while (matcher.find()) {
            runbooks.add(matcher.group(1));
        }
        assertThat(runbooks).isNotEmpty().isSubsetOf(RuleFile.alertNames());
    }
}
