package dev.cachepolicy.agent.reload;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Some files of one directory, read again only when they are other files than before. In a volume of a ConfigMap or a
 * Secret the files are links through {@code ..data}, which the kubelet points at a new directory in one step; they are
 * read in the directory that it points at, so that all are of one version. Plain directories work as well. For one thread.
 */
final class MountedDirectory {

    /** Four times what a ConfigMap can hold. */
    private static final long MAX_BYTES = 4 << 20;

    private final Path directory;
    private final List<String> names;
    private @Nullable Map<String, Stamp> seen;

    MountedDirectory(Path directory, String... names) {
        this.directory = directory;
        this.names = List.of(names);
    }

    /** Two stamps are equal when nobody wrote or replaced the file in between. */
    private record Stamp(
            Path file,
            FileTime modified,
            long size,
            @Nullable Object inode) {}

    /**
     * {@return the files' texts by name, without those that do not exist; empty if nothing changed since the last call}
     *
     * @throws IOException if a file is there and cannot be read; once for each change, the message for people
     */
    Optional<Map<String, String>> changed() throws IOException {
        try {
            Path version = version();
            Map<String, Stamp> stamps = stamps(version);
            if (stamps.equals(seen)) {
                return Optional.empty();
            }
            Map<String, String> texts = new HashMap<>();
            seen = stamps;
            for (String name : stamps.keySet()) {
                texts.put(name, read(version.resolve(name)));
            }
            return Optional.of(texts);
        } catch (NoSuchFileException e) {
            // Another version took this one's place while it was read; the next call finds that.
            seen = null;
            return Optional.empty();
        }
    }

    private Path version() throws IOException {
        Path data = directory.resolve("..data");
        return Files.exists(data) ? data.toRealPath() : directory;
    }

    private Map<String, Stamp> stamps(Path version) throws IOException {
        Map<String, Stamp> stamps = new HashMap<>();
        for (String name : names) {
            Path file = version.resolve(name);
            if (Files.exists(file)) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.put(
                        name, new Stamp(file, attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
            }
        }
        return stamps;
    }

    private static String read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not a regular file");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " has " + Files.size(file) + " bytes, more than " + MAX_BYTES);
        }
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not UTF-8", e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
