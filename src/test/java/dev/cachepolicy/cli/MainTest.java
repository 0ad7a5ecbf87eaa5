package dev.cachepolicy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @ParameterizedTest
    @ValueSource(strings = {"operator", "validate", "render", "explain"})
    void everyCommandHelpsAndTellsItsVersion(String command) {
        CommandRun help = CommandRun.of(command, "--help");

        assertThat(help.out()).startsWith("Usage: cachepolicy " + command);
        assertThat(help.status()).isZero();
        assertThat(CommandRun.of(command, "--version")).isEqualTo(new CommandRun(0, "cachepolicy dev\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void tellsItsVersion(String option) {
        assertThat(CommandRun.of(option)).isEqualTo(new CommandRun(0, "cachepolicy dev\n", ""));
    }
}
