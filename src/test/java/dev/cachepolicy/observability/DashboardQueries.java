package dev.cachepolicy.observability;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a Prometheus everything that the dashboards ask, whatever cluster it scrapes. */
public final class DashboardQueries {

    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");

    private final PrometheusApi prometheus;
    private final Variables variables;

    /**
     * @param prometheus base URL, such as {@code http://127.0.0.1:9090}
     * @param rateInterval at least four of its scrapes
     * @param range how far back a dashboard looks
     */
    public DashboardQueries(URI prometheus, Duration rateInterval, Duration range) {
        this.prometheus = new PrometheusApi(prometheus);
        this.variables = new Variables(rateInterval, range);
    }

    /** {@return a sentence for each query, of panels and of variables, that gives no data now; empty: all give some} */
    public List<String> withoutData() {
        List<String> empty = new ArrayList<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (Dashboard.Panel panel : dashboard.panels()) {
                panel.queries().stream()
                        .map(variables::substitute)
                        .filter(query -> !hasData(query))
                        .forEach(query -> empty.add(dashboard.file() + ", " + panel.title() + ": " + query));
            }
            for (JsonNode variable : dashboard.queryVariables()) {
                String definition = variable.at("/query/query").asText();
                if (!hasValues(definition)) {
                    empty.add(dashboard.file() + ", variable " + variable.path("name") + ": " + definition);
                }
            }
        }
        return empty;
    }

    /** A sample that is not a number is no data: Grafana would show NaN. */
    private boolean hasData(String query) {
        List<Double> values = prometheus.query(query);
        return !values.isEmpty() && values.stream().noneMatch(value -> value.isNaN());
    }

    private boolean hasValues(String definition) {
        Matcher matcher = LABEL_VALUES.matcher(variables.substitute(definition));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("only label_values(SERIES, LABEL) is known: " + definition);
        }
        return !prometheus
                .query("group by (" + matcher.group(2) + ") (" + matcher.group(1) + ") and on () vector(1)")
                .isEmpty();
    }
}
