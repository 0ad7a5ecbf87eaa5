package dev.cachepolicy.cli;

import dev.cachepolicy.agent.AgentOptions;
import dev.cachepolicy.agent.reload.Directories;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Heartbeat;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Command line and environment of {@code cachepolicy agent}, turned into what the agent is started with. */
final class AgentArguments {

    private final Map<AgentOption, String> values = new EnumMap<>(AgentOption.class);
    private final Map<String, String> environment;

    private AgentArguments(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * {@return the options that these arguments give}
     *
     * @throws UsageException if one is unknown, has no value or a wrong one
     */
    static AgentOptions parse(List<String> args, Map<String, String> environment) throws UsageException {
        AgentArguments arguments = new AgentArguments(environment);
        arguments.read(args.iterator());
        return arguments.options();
    }

    private void read(Iterator<String> args) throws UsageException {
        while (args.hasNext()) {
            String arg = args.next();
            int equals = arg.indexOf('=');
            String flag = equals < 0 ? arg : arg.substring(0, equals);
            AgentOption option = AgentOption.of(flag).orElseThrow(() -> unknown(flag));
            if (equals < 0 && !args.hasNext()) {
                throw new UsageException(flag + " wants a value: " + flag + " " + option.label());
            }
            values.put(option, equals < 0 ? args.next() : arg.substring(equals + 1));
        }
    }

    private static UsageException unknown(String flag) {
        return new UsageException("unknown option '" + flag + "'; there are "
                + Arrays.stream(AgentOption.values()).map(AgentOption::flag).collect(Collectors.joining(", ")));
    }

    private AgentOptions options() throws UsageException {
        Optional<Heartbeat.Agent> self = self();
        String state = value(AgentOption.STATE, self.isPresent() ? Names.STATE_DIR : "");
        return new AgentOptions(
                new Directories(
                        config(),
                        Path.of(value(AgentOption.SECRETS)),
                        state.isEmpty() ? null : Path.of(state),
                        Path.of(value(AgentOption.POD_INFO))),
                backends(value(AgentOption.EXPECT_BACKENDS, environment.getOrDefault("CACHEPOLICY_BACKENDS", ""))),
                address(AgentOption.BIND),
                new InetSocketAddress(address(AgentOption.ADMIN_BIND), number(AgentOption.ADMIN_PORT, 0, 65535)),
                number(AgentOption.EVENT_LOOPS, 1, 64),
                self,
                Version.OF_BUILD);
    }

    private String value(AgentOption option) {
        return value(option, option.byDefault());
    }

    private String value(AgentOption option, String otherwise) {
        return values.getOrDefault(option, otherwise);
    }

    private Path config() throws UsageException {
        Path config = Path.of(value(AgentOption.CONFIG));
        if (Files.exists(config) && !Files.isDirectory(config)) {
            throw new UsageException("--config " + config + " is not a directory: name the one that holds <backend>/"
                    + AgentConfig.FILE_NAME);
        }
        if (Files.exists(config.resolve(AgentConfig.FILE_NAME))) {
            throw new UsageException("--config wants a directory of backends: move "
                    + config.resolve(AgentConfig.FILE_NAME) + " to "
                    + config.resolve("<backend>").resolve(AgentConfig.FILE_NAME));
        }
        return config;
    }

    private InetAddress address(AgentOption option) throws UsageException {
        try {
            return InetAddress.getByName(value(option));
        } catch (UnknownHostException e) {
            throw new UsageException(option.flag() + " " + value(option) + " is not an address of this machine");
        }
    }

    private int number(AgentOption option, int least, int most) throws UsageException {
        try {
            int number = Integer.parseInt(value(option));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As wrong as a number out of bounds.
        }
        throw new UsageException(option.flag() + " " + value(option) + " is not between " + least + " and " + most);
    }

    private static Set<String> backends(String names) {
        return Arrays.stream(names.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The pod that the downward API names; without all three there is none. */
    private Optional<Heartbeat.Agent> self() {
        String namespace = environment.getOrDefault("POD_NAMESPACE", "");
        String pod = environment.getOrDefault("POD_NAME", "");
        String uid = environment.getOrDefault("POD_UID", "");
        return namespace.isEmpty() || pod.isEmpty() || uid.isEmpty()
                ? Optional.empty()
                : Optional.of(new Heartbeat.Agent(namespace, pod, uid));
    }
}
