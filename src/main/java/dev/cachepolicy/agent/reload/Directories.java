package dev.cachepolicy.agent.reload;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the agent finds what it follows. None needs to exist: they are read when they come.
 *
 * @param config one directory for each backend, with the file {@value dev.cachepolicy.config.AgentConfig#FILE_NAME}
 * @param secrets one directory for each Secret, with the files {@code username} (optional) and {@code password}, {@code ca.crt},
 *     or {@code tls.crt} and {@code tls.key}
 * @param state the agent's own: the last good configuration of each backend; absent: none is kept over a restart
 * @param podInfo what the downward API tells about the pod: the file {@code labels}
 */
public record Directories(
        Path config, Path secrets, @Nullable Path state, Path podInfo) {}
