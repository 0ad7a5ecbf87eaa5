package dev.cachepolicy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code cachepolicy}. */
@Command(
        name = "cachepolicy",
        description = "Managed cache policies on Redis.",
        mixinStandardHelpOptions = true,
        subcommands = {AgentCommand.class})
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Logging.setUp(System.getenv(Logging.LEVEL_VARIABLE));
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
