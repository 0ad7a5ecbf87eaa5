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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    private static final int CHANGES_OF_ALL = 3;
    private static final int ROUNDS = 7;
    private static final int CHANGES_A_ROUND = 3;

    private static final int WARM_UP_ROUNDS = 1;
    /** Longer than any pause within the work for one change. */
    private static final Duration QUIET = Duration.ofMillis(1200);

    private static final String PROGRAMMED = "Programmed";
    private static final String ACKNOWLEDGED = "AgentsSynced";

    private static final Duration IDLE = Duration.ofMinutes(Integer.getInteger("scale.idle.minutes", 1));

    private final AuditLog audit;
    private final Tenant many;
    private final Tenant few;
    private final Results results = new Results();
    private final Map<Tenant, Double> idleCpu = new HashMap<>();
    private int ttl = 1000;
    private int changed;

    private Scale(AuditLog audit, Tenant many, Tenant few) {
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
                new Scale(audit, many, few).run();
            }
        }
    }

    private void run() throws Exception {
        for (Tenant tenant : List.of(few, many)) {
            Map<String, Long> first =
                    IntStream.range(0, tenant.size()).boxed().collect(Collectors.toMap(Resources::policyName, _ -> 1L));
            Progress.await(tenant, first, ACKNOWLEDGED);
            settle(tenant);
        }
        progress("changing all");
        changeAll();
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

    private String nextTtl() {
        return ttl++ + "s";
    }

    private void changeAll() throws Exception {
        List<Double> patched = new ArrayList<>();
        List<Double> published = new ArrayList<>();
        List<Double> programmed = new ArrayList<>();
        List<Double> acknowledged = new ArrayList<>();
        List<Double> requests = new ArrayList<>();
        for (int i = 0; i < CHANGES_OF_ALL; i++) {
            int mark = audit.mark();
            String next = nextTtl();
            long begin = System.nanoTime();
            Map<String, Long> generations = new ConcurrentHashMap<>();
            Concurrently.forEach(
                    IntStream.range(0, MANY).boxed().toList(),
                    policy -> generations.put(Resources.policyName(policy), many.change(policy, next)));
            patched.add(seconds(begin));
            Duration wanted = Duration.ofSeconds(ttl - 1L);
            Progress.await(() -> many.isPublished(wanted), () -> "every ConfigMap to have " + next);
            published.add(seconds(begin));
            Progress.await(many, generations, PROGRAMMED);
            programmed.add(seconds(begin));
            Progress.await(many, generations, ACKNOWLEDGED);
            acknowledged.add(seconds(begin));
            settle(many);
            requests.add((double) asked(mark, many).size());
            progress("  patched %.2f s, published %.2f s, Programmed %.2f s, AgentsSynced %.2f s, %s"
                    .formatted(
                            patched.getLast(),
                            published.getLast(),
                            programmed.getLast(),
                            acknowledged.getLast(),
                            kinds(asked(mark, many), 1)));
        }
        results.add("ttl of all changed: last change accepted, s after the first", patched, null);
        results.add("  all published to and acknowledged by all agents, s after the first", published, 5.0);
        results.add("  all statuses Programmed, s after the first", programmed, 5.0);
        results.add("  all statuses AgentsSynced, s after the first", acknowledged, null);
        results.add("  API requests of the operator", requests, null);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** Waits until an operator has asked nothing for a while: Events, and pods that are touched, trail behind. */
    private void settle(Tenant tenant) throws IOException, InterruptedException {
        int mark;
        do {
            mark = audit.mark();
            Thread.sleep(QUIET.toMillis());
        } while (!asked(mark, tenant).isEmpty());
    }

    /** {@return what a tenant's operator asked since a mark; its watches are renewed whether or not anything changes} */
    private List<Request> asked(int mark, Tenant tenant) throws IOException {
        return audit.since(mark, tenant.namespace()).stream()
                .filter(request -> !request.verb().equals("watch"))
                .toList();
    }

    private static Map<String, Double> kinds(List<Request> requests, int changes) {
        return requests.stream()
                .collect(Collectors.groupingBy(
                        request -> request.verb() + " " + request.resource(),
                        TreeMap::new,
                        Collectors.collectingAndThen(Collectors.counting(), count -> (double) count / changes)));
    }

    /** What one change costs. */
    private record Cost(double requests, double cpuMillis, Map<String, Double> kinds) {}

    private Cost round(Tenant tenant) throws Exception {
        int mark = audit.mark();
        long begin = System.nanoTime();
        Duration before = tenant.meter().cpu();
        for (int i = 0; i < CHANGES_A_ROUND; i++) {
            int policy = changed++ % FEW;
            long generation = tenant.change(policy, nextTtl());
            Progress.await(tenant, Map.of(Resources.policyName(policy), generation), ACKNOWLEDGED);
            settle(tenant);
        }
        double cpu = tenant.meter().cpu().minus(before).toNanos() / 1e6;
        double idle = idleCpu.getOrDefault(tenant, 0.0) * seconds(begin) * 1e3;
        List<Request> asked = asked(mark, tenant);
        return new Cost(
                (double) asked.size() / CHANGES_A_ROUND, (cpu - idle) / CHANGES_A_ROUND, kinds(asked, CHANGES_A_ROUND));
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
        settle(few);
        settle(many);
        int mark = audit.mark();
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

    private static void progress(String what) {
        System.err.println("bench-scale: " + what);
    }

    private static KubernetesClient client(KubeApi api) {
        Config config = Config.fromKubeconfig(api.kubeConfigYaml());
        config.setUserAgent(AuditLog.OURSELVES);
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
