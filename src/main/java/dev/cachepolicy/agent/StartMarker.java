package dev.cachepolicy.agent;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether an agent ran before this one in the same pod, so that applications may be loading what they were told by
 * that one is not there. It is a file on a directory that lives as long as the pod.
 */
final class StartMarker {

    private static final Logger LOG = LoggerFactory.getLogger(StartMarker.class);
    private static final String FILE = "started";

    private StartMarker() {}

    /**
     * {@return whether another ran before, or may have}
     *
     * @param state absent: it is not known
     */
    static boolean mark(@Nullable Path state) {
        if (state == null) {
            return true;
        }
        try {
            Files.createDirectories(state);
            Files.createFile(state.resolve(FILE));
            return false;
        } catch (FileAlreadyExistsException e) {
            return true;
        } catch (IOException e) {
            LOG.warn("cannot write {} ({}): this start counts as a restart", state.resolve(FILE), e.toString());
            return true;
        }
    }
}
