package dev.cachepolicy.cli;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what the API server, the webhook and the operator would say, before a commit. */
@Command(
        name = "validate",
        description = "Check CacheBackends and CachePolicies in files. Policies are also checked against each other and"
                + " against their backend, where it is in the files.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:nothing is wrong", "1:something is wrong", "2:wrong usage"})
final class ValidateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "YAML or JSON, any number of documents.")
    private List<Path> files = List.of();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ResourceFiles read = new ResourceFiles();
        files.forEach(read::read);
        read.notes().forEach(out::println);
        List<String> problems = Report.problems(read);
        BackendModels models = new BackendModels(read.resources());
        for (Resource resource : read.resources()) {
            resource.policy()
                    .filter(policy -> models.backendOf(policy).isEmpty())
                    .ifPresent(policy -> out.println(resource.title() + ": CacheBackend "
                            + policy.getSpec().backendRef().name() + " is not in these files, or not valid:"
                            + " what it allows is not checked"));
        }
        for (CacheBackend backend : models.backends()) {
            problems.addAll(models.rejections(models.model(backend, null)));
        }
        problems.forEach(out::println);
        out.println(Report.count(read.resources().size(), "resource") + ", "
                + (problems.isEmpty() ? "nothing wrong" : Report.count(problems.size(), "problem")));
        return problems.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
