package dev.cachepolicy.cli;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.operator.model.BackendModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

/** Prints what the operator would publish, so that an agent can run without Kubernetes. */
@Command(
        name = "render",
        description = "Print the agents' configuration that these resources give. With --out, write it for"
                + " `cachepolicy agent --config DIR`.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:rendered", "1:something is wrong with the resources", "2:wrong usage"})
final class RenderCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "YAML or JSON, any number of documents.")
    private List<Path> files = List.of();

    @Option(names = "--backend", paramLabel = "NAME", description = "Which CacheBackend, where the files have several.")
    private @Nullable String backend;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write DIR/<backend>/" + AgentConfig.FILE_NAME + " instead, for every backend. A file that is"
                    + " there already keeps its revision unless its content changes.")
    private @Nullable Path directory;

    @Override
    public Integer call() throws IOException, UsageException {
        PrintWriter err = spec.commandLine().getErr();
        Selection selection = Selection.read(files, backend);
        if (selection.backends().size() > 1 && directory == null) {
            throw selection.ambiguous("--backend or --out");
        }
        if (!selection.isValid()) {
            selection.problems().forEach(err::println);
            return CommandLine.ExitCode.SOFTWARE;
        }
        for (CacheBackend chosen : selection.backends()) {
            render(chosen, selection.models(), err);
        }
        return CommandLine.ExitCode.OK;
    }

    private void render(CacheBackend chosen, BackendModels models, PrintWriter err) throws IOException {
        Path file = directory == null
                ? null
                : directory.resolve(chosen.getMetadata().getName()).resolve(AgentConfig.FILE_NAME);
        BackendModel model = models.model(chosen, published(file));
        models.rejections(model).forEach(err::println);
        String text = AgentConfigYaml.write(Objects.requireNonNull(model.agentConfig(), "the backend is valid"));
        if (file == null) {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
        } else {
            write(file, text);
        }
    }

    private static @Nullable AgentConfig published(@Nullable Path file) throws IOException {
        if (file == null || !Files.exists(file)) {
            return null;
        }
        try {
            return AgentConfigYaml.read(Files.readString(file));
        } catch (AgentConfigException e) {
            return null; // Not one of ours, or cut short: it is written anew.
        }
    }

    /** An agent may be watching: it sees the old file or the new one, never half of one. */
    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Path unfinished = file.resolveSibling("." + AgentConfig.FILE_NAME + ".tmp");
        Files.writeString(unfinished, text);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
