package dev.cachepolicy.agent.reload;

import dev.cachepolicy.config.AgentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last configuration of each backend that could be used, on a directory that outlives the process: a restarted
 * agent whose mounted file is bad, newer than its build or gone goes on with what it had. Without a directory to write to the
 * agent works, and says once that it will not survive a restart as well. For one thread.
 */
final class LastGood {

    private static final Logger LOG = LoggerFactory.getLogger(LastGood.class);

    private final @Nullable Path state;
    private final Map<String, String> saved = new HashMap<>();
    private boolean failed;

    LastGood(@Nullable Path state) {
        this.state = state;
    }

    /** {@return what was saved for a backend, if it can be used by this build} */
    Optional<AgentConfig> load(String backend) {
        if (state == null) {
            return Optional.empty();
        }
        Path file = file(state, backend);
        try {
            String text = Files.readString(file);
            if (Offer.of(text) instanceof Offer.Whole(AgentConfig config, String _)) {
                saved.put(backend, text);
                return Optional.of(config);
            }
            LOG.warn("{} cannot be used: starting without it", file);
        } catch (NoSuchFileException e) {
            // The first start.
        } catch (IOException e) {
            LOG.warn("cannot read {}: starting without it", file, e);
        }
        return Optional.empty();
    }

    /** Keeps a text for the next start. A reader sees the old file or the new one, never a part. */
    void save(String backend, String text) {
        if (state == null || text.equals(saved.get(backend))) {
            return;
        }
        Path file = file(state, backend);
        try {
            Files.createDirectories(file.getParent());
            Path next = Files.writeString(file.resolveSibling(AgentConfig.FILE_NAME + ".next"), text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            saved.put(backend, text);
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                LOG.warn(
                        "cannot write {} ({}): after a restart only the mounted configuration counts",
                        file,
                        e.toString());
                failed = true;
            }
        }
    }

    private static Path file(Path state, String backend) {
        return state.resolve("config").resolve(backend).resolve(AgentConfig.FILE_NAME);
    }
}
