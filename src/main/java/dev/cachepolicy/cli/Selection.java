package dev.cachepolicy.cli;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The backends that a command speaks of. */
record Selection(List<String> problems, BackendModels models, List<CacheBackend> backends) {

    /**
     * Reads files.
     *
     * @param backend null: all that the files have
     * @throws UsageException if there is no such backend
     */
    static Selection read(List<Path> files, @Nullable String backend) throws UsageException {
        ResourceFiles read = new ResourceFiles();
        files.forEach(read::read);
        BackendModels models = new BackendModels(read.resources());
        List<CacheBackend> backends = models.backends().stream()
                .filter(candidate ->
                        backend == null || candidate.getMetadata().getName().equals(backend))
                .toList();
        if (backends.isEmpty() && read.isValid()) {
            throw new UsageException(
                    backend == null
                            ? "no CacheBackend in these files: add the file of the one that the policies refer to"
                            : "no CacheBackend " + backend + " in these files: they have " + names(models.backends()));
        }
        return new Selection(Report.problems(read), models, backends);
    }

    boolean isValid() {
        return problems.isEmpty();
    }

    UsageException ambiguous(String options) {
        return new UsageException(
                "these files have several CacheBackends: choose one of " + names(backends) + " with " + options);
    }

    private static String names(List<CacheBackend> backends) {
        return backends.isEmpty()
                ? "none"
                : backends.stream()
                        .map(candidate -> candidate.getMetadata().getName())
                        .collect(Collectors.joining(", "));
    }
}
