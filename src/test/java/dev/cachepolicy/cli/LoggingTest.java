package dev.cachepolicy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LoggingTest {

    private final Logging.LineFormatter formatter = new Logging.LineFormatter();

    @Test
    void anEventIsALineWithTimeLevelAndPackage() {
        assertThat(formatter.format(record("dev.cachepolicy.agent.reload.MountScanner", "revision 3")))
                .isEqualTo("2026-11-24T08:00:00.123Z WARN  agent.reload revision 3\n");
    }

    @Test
    void aLibraryIsNamedByItsClass() {
        assertThat(formatter.format(record("io.netty.util.internal.PlatformDependent", "x")))
                .contains(" PlatformDependent x");
    }

    @Test
    void whatComesFromOutsideCannotMakeALineOfItsOwn() {
        assertThat(formatter.format(record("dev.cachepolicy.cli.Main", "a\n2026 ERROR forged\r")))
                .endsWith("a\\n2026 ERROR forged\\r\n")
                .hasLineCount(1);
    }

    @Test
    void aFailingNetworkHasNoStackAndAMistakeHas() {
        LogRecord network = record("dev.cachepolicy.cli.Main", "cannot reach it");
        network.setThrown(new IOException("refused"));
        assertThat(formatter.format(network)).endsWith("cannot reach it: java.io.IOException: refused\n");

        LogRecord refused = record("io.fabric8.kubernetes.client.informers.impl.cache.Reflector", "will retry");
        refused.setThrown(new CompletionException(new KubernetesClientException("forbidden: no\nright")));
        assertThat(formatter.format(refused))
                .endsWith(
                        "will retry: io.fabric8.kubernetes.client.KubernetesClientException: forbidden: no\\nright\n");

        LogRecord mistake = record("dev.cachepolicy.cli.Main", "cannot go on");
        mistake.setThrown(new IllegalStateException("x"));
        assertThat(formatter.format(mistake)).contains("cannot go on\njava.lang.IllegalStateException: x\n\tat ");
    }

    @Test
    void thatOurOwnKindsAreOfAnAlphaVersionIsNoNews() {
        assertThat(Logging.isWanted(record(
                        "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils",
                        "The client is using resource type 'cachebackends' with unstable version 'v1alpha1'")))
                .isFalse();
        assertThat(Logging.isWanted(record("io.fabric8.kubernetes.client.informers.impl.cache.Reflector", "x")))
                .isTrue();
    }

    private static LogRecord record(String logger, String message) {
        LogRecord record = new LogRecord(Level.WARNING, message);
        record.setLoggerName(logger);
        record.setInstant(Instant.parse("2026-11-24T08:00:00.123Z"));
        return record;
    }
}
