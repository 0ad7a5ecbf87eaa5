package dev.cachepolicy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A directory written as the kubelet writes a volume of a ConfigMap, a Secret or the downward API: the files lie in a
 * directory of their own, {@code ..data} is a link to it that is replaced by a rename, and the visible names are links through
 * {@code ..data}.
 */
public final class MountedVolume {

    private final Path directory;
    private int version;

    private MountedVolume(Path directory) {
        this.directory = directory;
    }

    /** {@return an empty volume, as an optional ConfigMap that does not exist gives one} */
    public static MountedVolume at(Path directory) {
        try {
            Files.createDirectories(directory);
            return new MountedVolume(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts these files, and no others, in place of those that are there. */
    public void write(Map<String, String> files) {
        try {
            Path data = directory.resolve("..data");
            Path old = Files.exists(data) ? data.toRealPath() : null;
            Path next = Files.createDirectory(directory.resolve("..2026_01_01_00_00_00." + version++));
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(next.resolve(file.getKey()), file.getValue());
            }
            Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), next.getFileName());
            Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
            for (String name : files.keySet()) {
                Path visible = directory.resolve(name);
                if (!Files.isSymbolicLink(visible)) {
                    Files.createSymbolicLink(visible, Path.of("..data", name));
                }
            }
            if (old != null) {
                removeVisible(files);
                delete(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void removeVisible(Map<String, String> files) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (!name.startsWith("..") && !files.containsKey(name)) {
                    Files.delete(entry);
                }
            }
        }
    }

    private static void delete(Path old) throws IOException {
        try (Stream<Path> files = Files.list(old)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(old);
    }
}
