package dev.cachepolicy.cli;

import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code cachepolicy}. */
@Command(
        name = "cachepolicy",
        description = "Managed cache policies on Redis.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            OperatorCommand.class,
            AgentCommand.class,
            ValidateCommand.class,
            RenderCommand.class,
            ExplainCommand.class,
        })
public final class Main {

    static final String VERSION = "cachepolicy " + Version.OF_BUILD;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length == 1 && args[0].equals("--version")) {
            System.out.println(VERSION); // here already, for the agent's image, which has no picocli
            return;
        }
        Logging.setUp(System.getenv(Logging.LEVEL_VARIABLE));
        System.exit(
                args.length > 0 && args[0].equals(AgentCommand.NAME)
                        ? AgentCommand.run(Arrays.asList(args).subList(1, args.length), System.getenv())
                        : commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine main = new CommandLine(new Main());
        CommandLine.IExecutionExceptionHandler thrown = main.getExecutionExceptionHandler();
        main.setExecutionExceptionHandler((e, command, parsed) -> {
            if (!(e instanceof UsageException)) {
                return thrown.handleExecutionException(e, command, parsed);
            }
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        });
        main.getCommandSpec().version(VERSION);
        main.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().version(VERSION));
        return main;
    }
}
