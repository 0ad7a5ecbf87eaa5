package dev.cachepolicy.cli;

import dev.cachepolicy.agent.Agent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/**
 * {@code cachepolicy agent}: runs an agent until it is told to end. In a pod its options and environment come from the
 * injector; by hand, {@code --config} with a directory that {@code cachepolicy render} wrote is enough.
 *
 * <p>Its command line is not read by picocli, which only lists it: an agent starts in every pod, and picocli alone took a
 * third of the time to its first reply and 12 MB that stayed.
 */
@Command(
        name = AgentCommand.NAME,
        description = "Serves Redis to the applications beside it, and carries out the policies of its configuration.")
final class AgentCommand {

    static final String NAME = "agent";

    private static final int USAGE = 2;

    private AgentCommand() {}

    /** {@return the exit status: 1 when it cannot start, 2 for a wrong command line} Told to end, it does not return. */
    static int run(List<String> args, Map<String, String> environment) throws InterruptedException {
        if (args.contains("--help") || args.contains("-h")) {
            System.out.print(AgentOption.usage());
            return 0;
        }
        if (args.contains("--version") || args.contains("-V")) {
            System.out.println(Main.VERSION);
            return 0;
        }
        try {
            Agent agent = Agent.start(AgentArguments.parse(args, environment));
            Termination.await(agent::close);
            return 0;
        } catch (UsageException e) {
            System.err.println("cachepolicy agent: " + e.getMessage());
            return USAGE;
        } catch (IOException e) {
            System.err.println("cachepolicy agent: " + e.getMessage());
            return 1;
        }
    }
}
