package dev.cachepolicy.observability;

import java.time.Duration;
import java.util.Map;

/**
 * What Grafana would put in place of a dashboard's variables: everything is selected.
 *
 * @param rateInterval at least four scrapes
 * @param range the time that the dashboard shows
 */
record Variables(Duration rateInterval, Duration range) {

    static final Variables EVERYTHING = new Variables(Duration.ofMinutes(2), Duration.ofHours(3));

    /** {@return a query that Prometheus understands} */
    String substitute(String query) {
        String substituted = query;
        for (Map.Entry<String, String> variable : Map.of(
                        "$__rate_interval", rateInterval.toSeconds() + "s", "$__range", range.toSeconds() + "s")
                .entrySet()) {
            substituted = substituted.replace(variable.getKey(), variable.getValue());
        }
        for (String selected : new String[] {"namespace", "backend", "policy", "workload"}) {
            substituted = substituted.replace("$" + selected + "\"", ".*\"");
        }
        return substituted;
    }
}
