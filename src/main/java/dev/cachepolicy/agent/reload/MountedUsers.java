package dev.cachepolicy.agent.reload;

import dev.cachepolicy.agent.proxy.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the users of Redis in mounted Secrets. For one thread. */
final class MountedUsers {

    private static final Logger LOG = LoggerFactory.getLogger(MountedUsers.class);

    private final Path secrets;
    private final Map<String, MountedDirectory> directories = new HashMap<>();

    MountedUsers(Path secrets) {
        this.secrets = secrets;
    }

    /** {@return the users that the configurations name, by the name of their Secret} */
    Map<String, Credentials> of(SortedMap<String, BackendConfig> backends, Map<String, Credentials> before) {
        Map<String, Credentials> credentials = new HashMap<>();
        Set<String> named = backends.values().stream()
                .map(BackendConfig::config)
                .filter(config -> config != null && config.upstream().authSecret() != null)
                .map(config -> String.valueOf(config.upstream().authSecret()))
                .collect(Collectors.toSet());
        for (String name : named) {
            Credentials one = credentials(name, before.get(name));
            if (one != null) {
                credentials.put(name, one);
            }
        }
        return credentials;
    }

    /** A Secret once had is kept while its files are gone or unreadable, as a configuration is. */
    private @Nullable Credentials credentials(String name, @Nullable Credentials before) {
        MountedDirectory directory = directories.computeIfAbsent(
                name, n -> new MountedDirectory(secrets.resolve(n), "username", "password"));
        try {
            Map<String, String> files = directory.changed().orElse(null);
            if (files == null) {
                return before;
            }
            String password = files.get("password");
            if (password == null) {
                LOG.warn("Secret {} has no file password in {}", name, secrets.resolve(name));
                return before;
            }
            LOG.info("Secret {} {}", name, before == null ? "read" : "read again");
            return new Credentials(files.get("username"), password);
        } catch (IOException e) {
            LOG.warn("Secret {}: {}", name, e.getMessage());
            return before;
        }
    }
}
