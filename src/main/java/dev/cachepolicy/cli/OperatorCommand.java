package dev.cachepolicy.cli;

import dev.cachepolicy.api.v1alpha1.Durations;
import dev.cachepolicy.injector.InjectorOptions;
import dev.cachepolicy.injector.certificates.CertificateDirectory;
import dev.cachepolicy.injector.certificates.CertificateOptions;
import dev.cachepolicy.injector.pod.AgentImage;
import dev.cachepolicy.operator.Operator;
import dev.cachepolicy.operator.OperatorOptions;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code cachepolicy operator}: runs an operator until it is told to end. It finds the API server as kubectl does: in a
 * pod by the pod's ServiceAccount, elsewhere by {@code KUBECONFIG}.
 */
@Command(
        name = "operator",
        description = "Turns CacheBackends and CachePolicies into agents' configuration and Redis's settings.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class OperatorCommand implements Callable<Integer> {

    private static final String NAME = "cachepolicy-operator";

    /** Half of how long a claim lasts. */
    private static final Duration MOST_POLL = Duration.ofMinutes(5);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "${env:POD_NAMESPACE:-default}",
            description =
                    "the operator's own, for its Lease and its certificates (environment POD_NAMESPACE, or default)")
    private String namespace = "default";

    @Option(
            names = "--lease",
            paramLabel = "NAME",
            defaultValue = OperatorOptions.LEASE,
            description =
                    "the Lease, of which one holder leads; operators that look after different namespaces need one each"
                            + " (${DEFAULT-VALUE})")
    private String lease = OperatorOptions.LEASE;

    @Option(
            names = "--watch-namespaces",
            paramLabel = "NAMES",
            split = ",",
            description = "look after these only (default: all)")
    private Set<String> watched = Set.of();

    @Option(
            names = "--leader-election",
            paramLabel = "true|false",
            arity = "1",
            description = "false: no other operator may run (default: true in a pod, false elsewhere)")
    private @Nullable Boolean leaderElection;

    @Option(
            names = "--redis-poll",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "time between two looks at a Redis's settings (${DEFAULT-VALUE})")
    private String poll = "30s";

    @Option(
            names = "--cluster-id",
            paramLabel = "ID",
            description = "tells this cluster from others that share a Redis (default: the uid of the namespace"
                    + " kube-system)")
    private @Nullable String clusterId;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "address of webhooks, metrics and probes (${DEFAULT-VALUE})")
    private InetAddress bind = InetAddress.getLoopbackAddress();

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "" + OperatorOptions.HTTP_PORT,
            description = "port of /metrics, /healthz and /readyz (${DEFAULT-VALUE})")
    private int httpPort = OperatorOptions.HTTP_PORT;

    @Option(
            names = "--webhooks",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            description = "false: no pod gets an agent, and no resource is checked at admission (${DEFAULT-VALUE})")
    private boolean webhooks = true;

    @Option(
            names = "--webhook-port",
            paramLabel = "PORT",
            defaultValue = "" + InjectorOptions.PORT,
            description = "port of the webhooks (${DEFAULT-VALUE})")
    private int webhookPort = InjectorOptions.PORT;

    @Option(
            names = "--webhook-hosts",
            paramLabel = "NAMES",
            split = ",",
            description = "names and addresses by which the API server reaches the webhooks (default: the Service "
                    + NAME + " of the namespace; outside a pod, this machine)")
    private Set<String> webhookHosts = Set.of();

    @Option(
            names = "--webhook-configuration",
            paramLabel = "NAME",
            defaultValue = NAME,
            description = "name of the Mutating- and of the ValidatingWebhookConfiguration (${DEFAULT-VALUE})")
    private String webhookConfiguration = NAME;

    @Option(
            names = "--webhook-secret",
            paramLabel = "NAME",
            defaultValue = "cachepolicy-webhook-certificates",
            description = "Secret with the webhooks' certificates, made by the operator (${DEFAULT-VALUE})")
    private String webhookSecret = "cachepolicy-webhook-certificates";

    @Option(
            names = "--webhook-certificate-dir",
            paramLabel = "DIR",
            description = "directory with tls.crt and tls.key, which somebody else renews and has trusted, such as"
                    + " cert-manager (default: the operator makes its certificates)")
    private @Nullable Path webhookCertificateDir;

    @Option(
            names = "--agent-image",
            paramLabel = "REFERENCE",
            defaultValue = "${env:CACHEPOLICY_AGENT_IMAGE:-cachepolicy:latest}",
            description = "image of the agents that are added to pods (environment CACHEPOLICY_AGENT_IMAGE, or"
                    + " cachepolicy:latest)")
    private String agentImage = "cachepolicy:latest";

    @Option(
            names = "--agent-image-pull-policy",
            paramLabel = "POLICY",
            defaultValue = "IfNotPresent",
            description = "Always, IfNotPresent or Never (${DEFAULT-VALUE})")
    private String agentImagePullPolicy = "IfNotPresent";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        OperatorOptions options = options(environment);
        KubernetesClient client = client();
        // Without a close: that would write, and it is no longer this process's turn.
        Operator operator = Operator.start(
                options, client, Clock.systemUTC(), () -> Runtime.getRuntime().halt(1));
        Termination.await(() -> {
            operator.close();
            client.close();
        });
        return 0;
    }

    OperatorOptions options(Map<String, String> environment) {
        String pod = environment.getOrDefault("POD_NAME", "");
        boolean inPod = !pod.isEmpty();
        return new OperatorOptions(
                namespace,
                lease,
                // A container that its kubelet starts anew may take up its Lease; two processes elsewhere are two.
                inPod ? pod : "operator_" + UUID.randomUUID(),
                Version.OF_BUILD,
                watched,
                new InetSocketAddress(bind, port("--http-port", httpPort)),
                leaderElection == null ? inPod : leaderElection,
                poll(),
                clusterId,
                webhooks ? injector(inPod) : null);
    }

    private InjectorOptions injector(boolean inPod) {
        return new InjectorOptions(
                bind.getHostAddress(),
                port("--webhook-port", webhookPort),
                new AgentImage(agentImage, pullPolicy()),
                webhookCertificateDir != null
                        ? new CertificateDirectory(webhookCertificateDir)
                        : new CertificateOptions(
                                namespace,
                                webhookSecret,
                                webhookConfiguration,
                                webhookConfiguration,
                                hosts(inPod),
                                CertificateOptions.AUTHORITY_LIFE,
                                CertificateOptions.SERVING_LIFE));
    }

    private Set<String> hosts(boolean inPod) {
        if (!webhookHosts.isEmpty()) {
            return webhookHosts;
        }
        return inPod
                ? new TreeSet<>(Set.of(NAME + "." + namespace + ".svc", NAME + "." + namespace + ".svc.cluster.local"))
                : new TreeSet<>(Set.of("localhost", "127.0.0.1"));
    }

    private Duration poll() {
        Duration parsed;
        try {
            parsed = Durations.parse(poll);
        } catch (IllegalArgumentException e) {
            throw mistake("--redis-poll " + e.getMessage());
        }
        if (parsed.compareTo(MOST_POLL) > 0) {
            throw mistake("--redis-poll " + poll + " is longer than " + MOST_POLL.toMinutes()
                    + "m: each poll renews the claim to a Redis, which others may take when it has run out");
        }
        return parsed;
    }

    private int port(String option, int port) {
        if (port < 0 || port > 65535) {
            throw mistake(option + " " + port + " is not between 0 and 65535");
        }
        return port;
    }

    private String pullPolicy() {
        if (!Set.of("Always", "IfNotPresent", "Never").contains(agentImagePullPolicy)) {
            throw mistake(
                    "--agent-image-pull-policy " + agentImagePullPolicy + " is not Always, IfNotPresent or Never");
        }
        return agentImagePullPolicy;
    }

    private ParameterException mistake(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Requests fail within seconds: reconcilers try again by themselves, and for ever. */
    private static KubernetesClient client() {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withRequestRetryBackoffLimit(3)
                .withRequestTimeout(10_000)
                .build();
        if (isCertificateAlone(config)) {
            // The client would read its kubeconfig anew for every request, in search of a token.
            config.setOauthTokenProvider(() -> "");
        }
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static boolean isCertificateAlone(Config config) {
        return (config.getClientCertData() != null || config.getClientCertFile() != null)
                && config.getOauthToken() == null
                && config.getAutoOAuthToken() == null
                && config.getAuthProvider() == null;
    }
}
