package dev.cachepolicy.bench.scale;

import dev.cachepolicy.bench.scale.AuditLog.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What operators ask of the API server because of what happens to their policies. */
final class Requests {

    /** Longer than any pause within the work for one change. */
    private static final Duration QUIET = Duration.ofMillis(1200);

    private final AuditLog audit;

    Requests(AuditLog audit) {
        this.audit = audit;
    }

    /** {@return a mark for {@link #since}} */
    int mark() throws IOException {
        return audit.mark();
    }

    /**
     * {@return what a tenant's operator asked since a mark} Without what it asks whether or not anything changes: watches
     * are renewed, and the Secret with the webhooks' certificate is read.
     */
    List<Request> since(int mark, Tenant tenant) throws IOException {
        return audit.since(mark, tenant.namespace()).stream()
                .filter(request ->
                        !request.verb().equals("watch") && !request.resource().equals("secrets"))
                .toList();
    }

    /** Waits until an operator has asked nothing for a while: Events, and pods that are touched, trail behind. */
    void settle(Tenant tenant) throws IOException, InterruptedException {
        int mark;
        do {
            mark = audit.mark();
            Thread.sleep(QUIET.toMillis());
        } while (!since(mark, tenant).isEmpty());
    }

    /** {@return how many of each kind there are for each change} */
    static Map<String, Double> kinds(List<Request> requests, int changes) {
        return requests.stream()
                .collect(Collectors.groupingBy(
                        request -> request.verb() + " " + request.resource(),
                        TreeMap::new,
                        Collectors.collectingAndThen(Collectors.counting(), count -> (double) count / changes)));
    }
}
