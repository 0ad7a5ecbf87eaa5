package dev.cachepolicy.bench.scale;

import dev.cachepolicy.bench.scale.AuditLog.Request;
import dev.cachepolicy.testing.KubeApi;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an operator with {@value #MANY} policies takes and how fast it is, beside one with {@value #FEW}, each with
 * {@value #BACKENDS} backends and {@value #AGENTS} agents. Both run all the time and are measured in turns, so that
 * whatever else the machine does meets both. API server, etcd, Redis processes, agents and this program share the
 * machine with the operators.
 *
 * <p>{@code -Dscale.idle.minutes} is how long nothing may be written.
 */
public final class Scale {

    static final int BACKENDS = 10;
    static final int MANY = 1000;
    static final int FEW = 10;
    static final int AGENTS = 200;

    private static final int ROUNDS = 7;
    private static final int CHANGES_A_ROUND = 3;

    private static final int WARM_UP_ROUNDS = 1;
    static final String PROGRAMMED = "Programmed";
    static final String ACKNOWLEDGED = "AgentsSynced";

    private static final Duration IDLE = Duration.ofMinutes(Integer.getInteger("scale.idle.minutes", 1));

    private final AuditLog audit;
    private final Tenant many;
    private final Tenant few;
    private final Policies alone;
    private final Requests requests;
    private final Results results = new Results();
    private final Map<Tenant, Double> idleCpu = new HashMap<>();
    private final Ttls ttls = new Ttls();
    private int changed;

    private Scale(AuditLog audit, Tenant many, Tenant few, Policies alone) {
        this.alone = alone;
        this.requests = new Requests(audit);
        this.audit = audit;
        this.many = many;
        this.few = few;
    }

    /** @param arguments none */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("scale");
        AuditLog audit = new AuditLog(directory);
        try (KubeApi api = KubeApi.start(audit.flags());
                KubernetesClient client = client(api)) {
            Path kubeConfig = Files.writeString(directory.resolve("kubeconfig"), api.kubeConfigYaml());
            progress("setting up in " + directory);
            try (Tenant few = new Tenant(client, api.newNamespace(), kubeConfig, BACKENDS, FEW, AGENTS);
                    Tenant many = new Tenant(client, api.newNamespace(), kubeConfig, BACKENDS, MANY, AGENTS)) {
                Policies alone = Policies.create(client, api.newNamespace(), MANY, BACKENDS);
                new Scale(audit, many, few, alone).run();
            }
        }
    }

    private void run() throws Exception {
        for (Tenant tenant : List.of(few, many)) {
            tenant.policies().sightings().await(tenant.policies().created(), ACKNOWLEDGED);
            tenant.policies().sightings().awaitHitRatios(tenant.policies().size());
            requests.settle(tenant);
        }
        alone.takeStatusesFrom(many.policies());
        progress("changing all");
        ChangeOfAll all = new ChangeOfAll(requests, many, alone);
        all.measure(ttls);
        all.report(results);
        progress("changing one, " + (WARM_UP_ROUNDS + ROUNDS) + " rounds");
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            round(few);
            round(many);
        }
        progress("idling for " + IDLE);
        idle();
        compare();
        memory();
        System.out.print(results);
        System.out.println("load average at the end: "
                + Files.readString(Path.of("/proc/loadavg")).strip());
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** What one change costs. */
    private record Cost(double requests, double cpuMillis, Map<String, Double> kinds) {}

    private Cost round(Tenant tenant) throws Exception {
        int mark = requests.mark();
        long begin = System.nanoTime();
        Duration before = tenant.meter().cpu();
        for (int i = 0; i < CHANGES_A_ROUND; i++) {
            int policy = changed++ % FEW;
            Accepted change = tenant.policies().change(policy, Ttls.text(ttls.next()));
            tenant.policies().sightings().await(Map.of(Resources.policyName(policy), change), ACKNOWLEDGED);
            requests.settle(tenant);
        }
        double cpu = tenant.meter().cpu().minus(before).toNanos() / 1e6;
        double idle = idleCpu.getOrDefault(tenant, 0.0) * seconds(begin) * 1e3;
        List<Request> asked = requests.since(mark, tenant);
        return new Cost(
                (double) asked.size() / CHANGES_A_ROUND,
                (cpu - idle) / CHANGES_A_ROUND,
                Requests.kinds(asked, CHANGES_A_ROUND));
    }

    private void compare() throws Exception {
        List<Cost> ofFew = new ArrayList<>();
        List<Cost> ofMany = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            ofFew.add(round(few));
            ofMany.add(round(many));
            progress("  " + FEW + ": " + ofFew.getLast() + "\n  " + MANY + ": " + ofMany.getLast());
        }
        List<Double> requestsOfFew = ofFew.stream().map(Cost::requests).toList();
        results.add("ttl of one changed: API requests with " + FEW + " policies", requestsOfFew, null);
        results.add(
                "  with " + MANY + " policies",
                ofMany.stream().map(Cost::requests).toList(),
                Results.median(requestsOfFew));
        List<Double> cpuOfFew = ofFew.stream().map(Cost::cpuMillis).toList();
        results.add("  CPU of the operator with " + FEW + " policies, ms", cpuOfFew, null);
        results.add(
                "  with " + MANY + " policies, ms",
                ofMany.stream().map(Cost::cpuMillis).toList(),
                2 * Results.median(cpuOfFew));
    }

    private void idle() throws Exception {
        requests.settle(few);
        requests.settle(many);
        int mark = requests.mark();
        long sets = many.configSets() + few.configSets();
        long begin = System.nanoTime();
        Map<Tenant, Duration> before =
                Map.of(few, few.meter().cpu(), many, many.meter().cpu());
        Thread.sleep(IDLE.toMillis());
        before.forEach((tenant, cpu) ->
                idleCpu.put(tenant, tenant.meter().cpu().minus(cpu).toNanos() / 1e9 / seconds(begin)));
        long writes = Stream.concat(
                        audit.since(mark, few.namespace()).stream(), audit.since(mark, many.namespace()).stream())
                .filter(Request::writes)
                .count();
        String minutes = IDLE.toMinutes() + " idle minutes: ";
        results.add(minutes + "writes to the API server", writes, 0.0);
        results.add("  CONFIG SET", many.configSets() + few.configSets() - sets, 0.0);
        results.add("  CPU with " + FEW + " policies, % of a core", 100 * idleCpu.get(few), null);
        results.add("  CPU with " + MANY + " policies, % of a core", 100 * idleCpu.get(many), null);
    }

    private void memory() throws IOException {
        double[] resident = many.meter().residentMib();
        OperatorMeter.Heap heap = many.meter().heap();
        results.add("operator with " + MANY + " policies: heap in use after a collection, MiB", heap.usedMib(), 256.0);
        results.add("  heap it had grown to, MiB", heap.committedMib(), 256.0);
        results.add("  resident, MiB", resident[0], 512.0);
        results.add("  resident at most, MiB", resident[1], 512.0);
    }

    static void progress(String what) {
        System.err.println("bench-scale: " + what);
    }

    private static KubernetesClient client(KubeApi api) {
        Config config = Config.fromKubeconfig(api.kubeConfigYaml());
        config.setUserAgent(AuditLog.OURSELVES);
        // The client would read its configuration anew for every request, in search of a token.
        config.setOauthTokenProvider(() -> "");
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
