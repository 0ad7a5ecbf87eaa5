package dev.cachepolicy.cli;

import dev.cachepolicy.api.v1alpha1.Names;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The options of {@code cachepolicy agent}. */
enum AgentOption {
    CONFIG("DIR", Names.CONFIG_DIR, "directory of backends: DIR/<backend>/agent.yaml, followed while it runs"),
    SECRETS("DIR", Names.SECRETS_DIR, "directory of Secrets: DIR/<name>/username and password, followed"),
    POD_INFO("DIR", Names.POD_INFO_DIR, "directory of the downward API with the file labels, followed"),
    STATE("DIR", "", "where the last good configuration is kept (in a pod " + Names.STATE_DIR + ", otherwise nowhere)"),
    EXPECT_BACKENDS("NAMES", "", "backends without whose configuration it is not ready (CACHEPOLICY_BACKENDS)"),
    BIND("ADDRESS", "127.0.0.1", "address of the listeners for applications"),
    ADMIN_BIND("ADDRESS", "0.0.0.0", "address of probes, metrics and status"),
    ADMIN_PORT("PORT", "" + Names.ADMIN_PORT, "port of probes, metrics and status"),
    EVENT_LOOPS("N", "1", "threads that move bytes");

    private final String label;
    private final String byDefault;
    private final String description;

    AgentOption(String label, String byDefault, String description) {
        this.label = label;
        this.byDefault = byDefault;
        this.description = description;
    }

    /** {@return as it is written, such as {@code --admin-port}} */
    String flag() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@return what its value is, for people} */
    String label() {
        return label;
    }

    /** {@return its value when it is not given; empty: none} */
    String byDefault() {
        return byDefault;
    }

    static Optional<AgentOption> of(String flag) {
        return Arrays.stream(values())
                .filter(option -> option.flag().equals(flag))
                .findFirst();
    }

    /** {@return a line of help for each} */
    static String usage() {
        return Arrays.stream(values())
                .map(option -> "  %-25s %s%s%n"
                        .formatted(
                                option.flag() + " " + option.label,
                                option.description,
                                option.byDefault.isEmpty() ? "" : " (" + option.byDefault + ")"))
                .collect(Collectors.joining("", "Usage: cachepolicy agent [OPTION VALUE]...%n%n".formatted(), ""));
    }
}
