package dev.cachepolicy.gitops;

import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A git repository of the layout in {@code examples/gitops} with a stage of its own, and what a GitOps tool does with
 * it: it takes the newest commit of main into a clone, builds the stage and applies it as Argo CD does.
 */
public final class PolicyRepository {

    /** Argo CD's field manager. */
    public static final String FIELD_MANAGER = "argocd-controller";

    private static final Path LAYOUT = Path.of("examples", "gitops");

    private final Path origin;
    private final Path clone;
    private final Path stage = Path.of("overlays", "here");

    private PolicyRepository(Path directory) {
        this.origin = directory.resolve("origin");
        this.clone = directory.resolve("clone");
    }

    /**
     * {@return a repository whose stage is as production, in another namespace and with another Redis}
     *
     * @param directory where it and its clone are made
     * @param endpoint of the Redis, as host:port
     */
    public static PolicyRepository create(Path directory, String namespace, String endpoint) throws IOException {
        PolicyRepository repository = new PolicyRepository(directory);
        copy(LAYOUT, repository.origin);
        Path overlay = Files.createDirectories(repository.origin.resolve(repository.stage));
        Files.writeString(overlay.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                namespace: %s
                resources: [../prod]
                patches:
                  - target: {kind: CacheBackend, name: shop-redis}
                    patch: |
                      - {op: replace, path: /spec/endpoints, value: ["%s"]}
                """.formatted(namespace, endpoint));
        run(repository.origin, "git", "init", "--quiet", "--initial-branch=main");
        repository.commit("Add a stage");
        run(directory, "git", "clone", "--quiet", repository.origin.toString(), repository.clone.toString());
        return repository;
    }

    /**
     * Commits another TTL of a policy, in the base that all stages share.
     *
     * @throws IllegalArgumentException if the policy has this one already
     */
    public void commitTtl(String policy, String ttl) throws IOException {
        Path file = origin.resolve("base").resolve(policy + ".yaml");
        String before = Files.readString(file);
        String after = before.replaceFirst("ttl: \\{value: [0-9a-z]+", "ttl: {value: " + ttl);
        if (after.equals(before)) {
            throw new IllegalArgumentException(file + " says so already, or has no ttl to replace");
        }
        Files.writeString(file, after);
        commit("Let " + policy + " live " + ttl);
    }

    private void commit(String message) {
        run(origin, "git", "add", "--all");
        run(
                origin,
                "git",
                "-c",
                "user.name=Platform team",
                "-c",
                "user.email=platform@example.com",
                "commit",
                "--quiet",
                "--message",
                message);
    }

    /** Pulls the newest commit and applies the stage. */
    public void sync(Program kubectl) {
        run(clone, "git", "pull", "--quiet", "--ff-only");
        kubectl.run(
                "apply",
                "--server-side",
                "--force-conflicts",
                "--field-manager=" + FIELD_MANAGER,
                "--kustomize",
                checkedOut());
    }

    /** {@return what a sync would change; empty: nothing} */
    public String difference(Program kubectl) {
        Program.Result diff = kubectl.call(
                "diff",
                "--server-side",
                "--force-conflicts",
                "--field-manager=" + FIELD_MANAGER,
                "--kustomize",
                checkedOut());
        // 1 means that there is one, more that kubectl failed.
        if (diff.exitCode() > 1) {
            throw new IllegalStateException("kubectl diff: " + diff.output());
        }
        return diff.exitCode() == 0 ? "" : diff.output();
    }

    private String checkedOut() {
        return clone.resolve(stage).toString();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void run(Path directory, String... command) {
        try {
            Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
