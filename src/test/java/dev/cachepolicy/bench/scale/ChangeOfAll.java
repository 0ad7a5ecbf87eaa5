package dev.cachepolicy.bench.scale;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The TTL of all policies changed at once, in turns where an operator follows and where nobody does: what the API server
 * and the client alone need for the same patches is the floor of everything here.
 */
final class ChangeOfAll {

    private static final int TIMES = 3;

    private final Requests requests;
    private final Tenant tenant;
    private final Policies alone;

    private final List<Double> floor = new ArrayList<>();
    private final List<Double> floorOfBoth = new ArrayList<>();
    private final List<Double> accepted = new ArrayList<>();
    private final List<Double> published = new ArrayList<>();
    private final List<Double> programmed = new ArrayList<>();
    private final List<Double> publishedAfterLast = new ArrayList<>();
    private final List<Double> programmedAfterLast = new ArrayList<>();
    private final List<Double> acknowledged = new ArrayList<>();
    private final List<Double> median = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();
    private final List<Double> max = new ArrayList<>();
    private final List<Double> asked = new ArrayList<>();

    /** @param alone as many policies that no operator looks after */
    ChangeOfAll(Requests requests, Tenant tenant, Policies alone) {
        this.requests = requests;
        this.tenant = tenant;
        this.alone = alone;
    }

    void measure(Ttls ttls) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            withoutOperator(ttls.next(), ttls.next());
            withOperator(ttls.next());
        }
    }

    private void withoutOperator(Duration ttl, Duration another) throws Exception {
        long beginBoth = System.nanoTime();
        alone.changeAllAndTheirStatuses(Ttls.text(another));
        floorOfBoth.add(seconds(beginBoth));
        CpuTimes before = CpuTimes.now();
        long begin = System.nanoTime();
        alone.changeAll(Ttls.text(ttl));
        floor.add(seconds(begin));
        Scale.progress("  nobody follows: with a status each %.2f s; accepted %.2f s; CPU %s"
                .formatted(
                        floorOfBoth.getLast(), floor.getLast(), CpuTimes.now().since(before)));
    }

    private void withOperator(Duration ttl) throws Exception {
        CpuTimes before = CpuTimes.now();
        int mark = requests.mark();
        long begin = System.nanoTime();
        Map<String, Accepted> changes = tenant.policies().changeAll(Ttls.text(ttl));
        accepted.add(seconds(begin));
        Progress.await(() -> tenant.isPublished(ttl), () -> "every ConfigMap to have " + ttl);
        published.add(seconds(begin));
        Sightings sightings = tenant.policies().sightings();
        sightings.await(changes, Scale.PROGRAMMED);
        programmed.add(seconds(begin));
        sightings.await(changes, Scale.ACKNOWLEDGED);
        acknowledged.add(seconds(begin));
        CpuTimes after = CpuTimes.now();
        requests.settle(tenant);
        List<AuditLog.Request> ofOperator = requests.since(mark, tenant);
        asked.add((double) ofOperator.size());
        publishedAfterLast.add(Math.max(0, published.getLast() - accepted.getLast()));
        programmedAfterLast.add(Math.max(0, programmed.getLast() - accepted.getLast()));
        List<Double> each = sightings.secondsAfter(changes, Scale.PROGRAMMED);
        median.add(Results.median(each));
        p99.add(Results.quantile(each, 0.99));
        max.add(Results.quantile(each, 1));
        Scale.progress(
                "  accepted %.2f s, published %.2f s, Programmed %.2f s, AgentsSynced %.2f s; each %.2f/%.2f/%.2f s; CPU %s; %s"
                        .formatted(
                                accepted.getLast(),
                                published.getLast(),
                                programmed.getLast(),
                                acknowledged.getLast(),
                                median.getLast(),
                                p99.getLast(),
                                max.getLast(),
                                after.since(before),
                                Requests.kinds(ofOperator, 1)));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    void report(Results results) {
        results.add("ttl of all changed, no operator: last accepted, s after the first", floor, null);
        results.add("  and one status written for each", floorOfBoth, null);
        results.add("ttl of all changed: last accepted, s after the first", accepted, null);
        results.add("  all published to and acknowledged by all agents, s after the first", published, 5.0);
        results.add("  s after the last accepted", publishedAfterLast, 5.0);
        results.add("  all statuses Programmed, s after the first", programmed, 5.0);
        results.add("  s after the last accepted", programmedAfterLast, 5.0);
        results.add("  from accepted to Programmed, each policy, s: median", median, 5.0);
        results.add("    99th percentile", p99, 5.0);
        results.add("    at most", max, 5.0);
        results.add("  all statuses AgentsSynced, s after the first", acknowledged, null);
        results.add("  API requests of the operator", asked, null);
    }
}
