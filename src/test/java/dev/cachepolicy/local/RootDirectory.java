package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands for the root of one container's file system. There is no mount namespace: each mount point is a symlink below
 * this directory, and the paths that a container is given, in arguments and environment, are written anew so that they
 * lead here. Only what is mounted is here; every other path is the machine's own.
 */
final class RootDirectory {

    /** An absolute path: not the middle of a longer one, nor what follows the host of a URL. */
    private static final Pattern PATH = Pattern.compile("(?<![\\w./:-])/[\\w.@%+/-]+");

    private final Path root;
    private final List<VolumeMount> mounts;

    RootDirectory(Path root, Container container) {
        this.root = root;
        this.mounts = List.copyOf(container.getVolumeMounts());
    }

    /** Makes the mount points lead to the volumes. */
    void link(VolumeMounter volumes) throws IOException {
        for (VolumeMount mount : mounts) {
            Path point = resolve(mount.getMountPath());
            if (Files.isSymbolicLink(point)) {
                continue;
            }
            Path volume = volumes.directory(mount.getName());
            Files.createDirectories(point.getParent());
            Files.createSymbolicLink(point, mount.getSubPath() == null ? volume : volume.resolve(mount.getSubPath()));
        }
    }

    /** {@return the text with every path to something mounted leading to it} */
    String rewrite(String text) {
        return PATH.matcher(text).replaceAll(path -> Matcher.quoteReplacement(rewritten(path)));
    }

    private String rewritten(MatchResult path) {
        String inside = path.group();
        return mounts.stream().anyMatch(mount -> concerns(mount.getMountPath(), inside))
                ? resolve(inside).toString()
                : inside;
    }

    /** A path is inside the container if it is mounted, or exists only as the way to something mounted. */
    private static boolean concerns(String mountPath, String path) {
        Path mount = Path.of(mountPath);
        Path wanted = Path.of(path);
        return wanted.startsWith(mount) || (mount.startsWith(wanted) && !Files.exists(wanted));
    }

    private Path resolve(String absolute) {
        return root.resolve(absolute.substring(1));
    }
}
