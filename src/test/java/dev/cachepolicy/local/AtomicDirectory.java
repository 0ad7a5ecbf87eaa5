package dev.cachepolicy.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A directory whose files change all at once, laid out as the kubelet's atomic writer does: the files stand in a
 * directory named by the time, {@code ..data} is a symlink to it that a rename replaces, and what a reader sees as a
 * file is a symlink through {@code ..data}. A watcher sees {@code ..data} change, never a file half written.
 *
 * <p>Not safe for concurrent writers.
 */
final class AtomicDirectory {

    private static final String DATA = "..data";

    private final Path directory;

    AtomicDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes the directory hold exactly these files.
     *
     * @param files content by relative path
     * @return whether anything changed; if not, nothing was touched
     */
    boolean write(Map<String, byte[]> files) throws IOException {
        Files.createDirectories(directory);
        Path data = directory.resolve(DATA);
        List<Path> before = payloads();
        if (Files.exists(data) && holds(data, files)) {
            return false;
        }
        Path payload = Files.createTempDirectory(directory, "..");
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = payload.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
        Path swap = directory.resolve("..data_tmp");
        Files.deleteIfExists(swap);
        Files.createSymbolicLink(swap, payload.getFileName());
        Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);
        linkNames(files.keySet());
        for (Path old : before) {
            delete(old);
        }
        return true;
    }

    private static boolean holds(Path data, Map<String, byte[]> files) throws IOException {
        try (Stream<Path> found = Files.walk(data.toRealPath())) {
            long regular = found.filter(Files::isRegularFile).count();
            if (regular != files.size()) {
                return false;
            }
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            try {
                if (!Arrays.equals(Files.readAllBytes(data.resolve(file.getKey())), file.getValue())) {
                    return false;
                }
            } catch (NoSuchFileException e) {
                return false;
            }
        }
        return true;
    }

    private void linkNames(Set<String> paths) throws IOException {
        Set<String> names =
                paths.stream().map(path -> path.split("/", 2)[0]).collect(Collectors.toCollection(TreeSet::new));
        for (String name : names) {
            Path link = directory.resolve(name);
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (!name.startsWith("..") && !names.contains(name)) {
                    Files.delete(entry);
                }
            }
        }
    }

    private List<Path> payloads() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return new ArrayList<>(
                    entries.filter(entry -> entry.getFileName().toString().startsWith(".."))
                            .filter(entry -> !Files.isSymbolicLink(entry))
                            .toList());
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
