package dev.cachepolicy.cli;

import dev.cachepolicy.agent.Agent;
import dev.cachepolicy.agent.AgentOptions;
import dev.cachepolicy.agent.reload.Directories;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Heartbeat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code cachepolicy agent}: runs an agent until it is told to end. In a pod its options and environment come from the
 * injector; by hand, {@code --config} with a directory that {@code cachepolicy render} wrote is enough.
 */
@Command(
        name = "agent",
        description = "Serves Redis to the applications beside it, and carries out the policies of its configuration.",
        sortOptions = false)
public final class AgentCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            paramLabel = "DIR",
            defaultValue = Names.CONFIG_DIR,
            description = "directory of backends: DIR/<backend>/agent.yaml, followed while it runs (${DEFAULT-VALUE})")
    private Path config = Path.of(Names.CONFIG_DIR);

    @Option(
            names = "--secrets",
            paramLabel = "DIR",
            defaultValue = Names.SECRETS_DIR,
            description = "directory of Secrets: DIR/<name>/username and password, followed (${DEFAULT-VALUE})")
    private Path secrets = Path.of(Names.SECRETS_DIR);

    @Option(
            names = "--pod-info",
            paramLabel = "DIR",
            defaultValue = Names.POD_INFO_DIR,
            description = "directory of the downward API with the file labels, followed (${DEFAULT-VALUE})")
    private Path podInfo = Path.of(Names.POD_INFO_DIR);

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "where the last good configuration is kept over a restart (in a pod " + Names.STATE_DIR
                    + ", otherwise nowhere)")
    private @Nullable Path state;

    @Option(
            names = "--expect-backends",
            paramLabel = "NAMES",
            split = ",",
            defaultValue = "${env:CACHEPOLICY_BACKENDS}",
            description = "backends without whose configuration it is not ready (environment CACHEPOLICY_BACKENDS;"
                    + " otherwise those that are there)")
    private @Nullable Set<String> expected;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "address of the listeners for applications (${DEFAULT-VALUE})")
    private InetAddress bind = InetAddress.getLoopbackAddress();

    @Option(
            names = "--admin-bind",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "address of probes, metrics and status (${DEFAULT-VALUE})")
    private InetAddress adminBind = InetAddress.getLoopbackAddress();

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "" + Names.ADMIN_PORT,
            description = "port of probes, metrics and status (${DEFAULT-VALUE})")
    private int adminPort = Names.ADMIN_PORT;

    @Option(
            names = "--event-loops",
            paramLabel = "N",
            defaultValue = "1",
            description = "threads that move bytes (${DEFAULT-VALUE})")
    private int eventLoops = 1;

    @Override
    public Integer call() throws InterruptedException {
        check();
        try {
            Agent agent = Agent.start(options(System.getenv()));
            Termination.await(agent::close);
            return 0;
        } catch (IOException e) {
            spec.commandLine().getErr().println("cachepolicy agent: " + e.getMessage());
            return 1;
        }
    }

    private void check() {
        if (adminPort < 0 || adminPort > 65535) {
            throw mistake("--admin-port " + adminPort + " is not between 0 and 65535");
        }
        if (eventLoops < 1 || eventLoops > 64) {
            throw mistake("--event-loops " + eventLoops + " is not between 1 and 64");
        }
        if (Files.exists(config) && !Files.isDirectory(config)) {
            throw mistake("--config " + config + " is not a directory: name the one that holds <backend>/"
                    + AgentConfig.FILE_NAME);
        }
        Path misplaced = config.resolve(AgentConfig.FILE_NAME);
        if (Files.exists(misplaced)) {
            throw mistake("--config wants a directory of backends: move " + misplaced + " to "
                    + config.resolve("<backend>").resolve(AgentConfig.FILE_NAME));
        }
    }

    private ParameterException mistake(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private AgentOptions options(Map<String, String> environment) {
        Optional<Heartbeat.Agent> self = self(environment);
        Path lastGood = state != null || self.isEmpty() ? state : Path.of(Names.STATE_DIR);
        Set<String> names = new TreeSet<>(expected == null ? Set.of() : expected);
        names.remove("");
        return new AgentOptions(
                new Directories(config, secrets, lastGood, podInfo),
                names,
                bind,
                new InetSocketAddress(adminBind, adminPort),
                eventLoops,
                self,
                Version.OF_BUILD);
    }

    private static Optional<Heartbeat.Agent> self(Map<String, String> environment) {
        String namespace = environment.getOrDefault("POD_NAMESPACE", "");
        String pod = environment.getOrDefault("POD_NAME", "");
        String uid = environment.getOrDefault("POD_UID", "");
        return namespace.isEmpty() || pod.isEmpty() || uid.isEmpty()
                ? Optional.empty()
                : Optional.of(new Heartbeat.Agent(namespace, pod, uid));
    }
}
