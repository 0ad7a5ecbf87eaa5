package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.Container;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Stands for the registry: what the images of containers would bring, an entrypoint and a working directory. Nothing is
 * pulled; a container whose image is not known here says its command itself.
 */
final class Images {

    /** What an image says of the process to start. */
    record Image(List<String> entrypoint, Path workingDirectory) {}

    private final Map<String, Image> byName;

    /**
     * @param byName images by the name of a container, or by repository, without registry and tag
     */
    Images(Map<String, Image> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** {@return the arguments with which the container's process starts} */
    List<String> command(Container container) {
        Image image = find(container);
        List<String> command =
                new ArrayList<>(container.getCommand().isEmpty() ? image.entrypoint() : container.getCommand());
        command.addAll(container.getArgs());
        if (command.isEmpty()) {
            throw new IllegalArgumentException("container " + container.getName() + ": local mode does not pull "
                    + container.getImage() + "; give the container a command");
        }
        return command;
    }

    /** {@return where the process starts} */
    Path workingDirectory(Container container) {
        String own = container.getWorkingDir();
        return own == null ? find(container).workingDirectory() : Path.of(own);
    }

    private Image find(Container container) {
        Image named = byName.get(container.getName());
        return named != null ? named : byName.getOrDefault(repository(container), new Image(List.of(), Path.of("")));
    }

    private static String repository(Container container) {
        String image = container.getImage() == null ? "" : container.getImage();
        String last = image.substring(image.lastIndexOf('/') + 1);
        return last.split("[:@]", 2)[0];
    }
}
