package dev.cachepolicy.cli;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.operator.model.BackendModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says which policy wins for a key, and why. */
@Command(
        name = "explain",
        description = "Say which policy wins for a key and why, and what becomes of reads and writes of it.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:explained", "1:something is wrong with the resources", "2:wrong usage"})
final class ExplainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "KEY", description = "A key of Redis, for example user:42.")
    private String key = "";

    @Option(
            names = {"-f", "--file"},
            arity = "1..*",
            required = true,
            paramLabel = "FILE",
            description = "YAML or JSON with the CacheBackend and its CachePolicies.")
    private List<Path> files = List.of();

    @Option(names = "--backend", paramLabel = "NAME", description = "Which CacheBackend, where the files have several.")
    private @Nullable String backend;

    @Override
    public Integer call() throws UsageException {
        PrintWriter out = spec.commandLine().getOut();
        Selection selection = Selection.read(files, backend);
        if (selection.backends().size() > 1) {
            throw selection.ambiguous("--backend");
        }
        if (!selection.isValid()) {
            selection.problems().forEach(spec.commandLine().getErr()::println);
            return CommandLine.ExitCode.SOFTWARE;
        }
        CacheBackend chosen = selection.backends().getFirst();
        BackendModel model = selection.models().model(chosen, null);
        Explanation explanation = new Explanation(
                selection.models().policiesOf(chosen),
                model.verdicts(),
                Objects.requireNonNull(model.agentConfig(), "the backend is valid"));
        explanation.of(key).forEach(out::println);
        return CommandLine.ExitCode.OK;
    }
}
