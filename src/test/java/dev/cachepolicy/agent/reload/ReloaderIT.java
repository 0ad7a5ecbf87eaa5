package dev.cachepolicy.agent.reload;

import static dev.cachepolicy.testing.AgentConfigs.config;
import static dev.cachepolicy.testing.AgentConfigs.withSecret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.agent.proxy.Credentials;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.testing.MountedVolume;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReloaderIT {

    /** So slow that only the kernel's notification can explain a reload. */
    private static final Duration NO_POLL = Duration.ofHours(1);

    private static final Duration QUICK_POLL = Duration.ofMillis(20);

    @TempDir
    private Path root;

    private final CollectorRegistry registry = new CollectorRegistry();
    private final AtomicInteger changes = new AtomicInteger();
    private Reloader reloader;

    @AfterEach
    void stop() throws IOException {
        reloader.close();
    }

    @Test
    void aSwapOfTheMountedDirectoryIsSeenAtOnce() throws IOException {
        MountedVolume volume = backend("shop-redis");
        volume.write(file(config(1, "redis:6379", 6379)));
        start(NO_POLL);
        assertThat(shopRedis().revision()).isEqualTo(1);

        for (int revision = 2; revision < 30; revision++) {
            volume.write(file(config(revision, "redis:6379", 6379)));
            awaitRevision(revision);
        }
        assertThat(metric("cachepolicy_config_revision", "backend", "shop-redis"))
                .isEqualTo(29);
        assertThat(reloads("applied")).isBetween(2.0, 29.0);
        assertThat(metric("cachepolicy_config_reload_last_success_timestamp_seconds", "backend", "shop-redis"))
                .isPositive();
    }

    @Test
    void aPlainFileIsFollowedToo() throws IOException {
        Path file = root.resolve("config/shop-redis/agent.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, AgentConfigYaml.write(config(1, "redis:6379", 6379)));
        start(NO_POLL);

        Files.writeString(file, AgentConfigYaml.write(config(2, "redis:6379", 6379)));

        awaitRevision(2);
    }

    @Test
    void aDirectoryThatComesLaterIsFound() throws IOException {
        start(QUICK_POLL, "shop-redis");
        assertThat(shopRedis()).isEqualTo(BackendConfig.NONE);

        backend("shop-redis").write(file(config(1, "redis:6379", 6379)));
        backend("other").write(file(config(7, "redis:6379", 6390)));

        awaitRevision(1);
        await().until(
                        () -> reloader.mounted().backends().get("other"),
                        other -> other != null && other.revision() == 7);
    }

    @Test
    void anOptionalConfigMapThatIsMadeLaterIsSeenAtOnce() throws IOException {
        MountedVolume volume = backend("shop-redis");
        start(NO_POLL, "shop-redis");

        volume.write(file(config(1, "redis:6379", 6379)));

        awaitRevision(1);
    }

    @Test
    void aTruncatedFileKeepsTheLastGoodOneAlsoOverARestart() throws IOException {
        MountedVolume volume = backend("shop-redis");
        volume.write(file(config(1, "redis:6379", 6379)));
        start(NO_POLL);

        volume.write(Map.of(
                AgentConfig.FILE_NAME,
                AgentConfigYaml.write(config(2, "redis:6379", 6379)).replace("...\n", "")));

        awaitRefusal(Reason.Malformed);
        assertThat(shopRedis().revision()).isEqualTo(1);
        assertThat(reloads("refused")).isEqualTo(1);

        restart(NO_POLL);
        assertThat(shopRedis().revision()).isEqualTo(1);
        assertThat(shopRedis().refused())
                .extracting(Refusal::message)
                .asString()
                .contains("cut short");
    }

    @Test
    void aFileForANewerAgentKeepsTheLastGoodOneAlsoOverARestart() throws IOException {
        MountedVolume volume = backend("shop-redis");
        volume.write(file(config(1, "redis:6379", 6379)));
        start(NO_POLL);

        volume.write(Map.of(
                AgentConfig.FILE_NAME,
                AgentConfigYaml.write(config(2, "redis:6379", 6379))
                        .replace("\"requires\": []", "\"requires\": [\"TimeTravel\"]")));

        awaitRefusal(Reason.AgentTooOld);
        assertThat(shopRedis().revision()).isEqualTo(1);
        restart(NO_POLL);
        assertThat(shopRedis().revision()).isEqualTo(1);
        assertThat(shopRedis().refused())
                .extracting(Refusal::message)
                .asString()
                .contains("TimeTravel");
    }

    @Test
    void aDeletedFileTakesNothingAwayAlsoOverARestart() throws IOException {
        MountedVolume volume = backend("shop-redis");
        volume.write(file(config(1, "redis:6379", 6379)));
        start(NO_POLL, "shop-redis");

        volume.write(Map.of("other", ""));
        volume.write(Map.of());

        restart(NO_POLL, "shop-redis");
        assertThat(shopRedis().revision()).isEqualTo(1);
        assertThat(shopRedis().refused()).isNull();
    }

    @Test
    void aLastGoodFileThatWasDamagedIsNotUsed() throws IOException {
        Path saved = root.resolve("state/config/shop-redis/agent.yaml");
        Files.createDirectories(saved.getParent());
        Files.writeString(saved, "half a fi");

        start(NO_POLL, "shop-redis");

        assertThat(shopRedis()).isEqualTo(BackendConfig.NONE);
    }

    @Test
    void worksWithoutAPlaceForItsState() throws IOException {
        Files.writeString(root.resolve("state"), "a file where the directory should be");
        MountedVolume volume = backend("shop-redis");
        volume.write(file(config(1, "redis:6379", 6379)));
        start(NO_POLL);

        volume.write(file(config(2, "redis:6379", 6379)));

        awaitRevision(2);
    }

    @Test
    void aFileThatCannotBeReadIsRefused() throws IOException {
        Path file = root.resolve("config/shop-redis/agent.yaml");
        Files.createDirectories(file);
        start(NO_POLL);

        assertThat(shopRedis().refused())
                .extracting(Refusal::message)
                .asString()
                .contains("not a regular file");
    }

    @Test
    void aRotatedSecretIsSeenAtOnceAndADeletedOneKept() throws IOException {
        MountedVolume secret = MountedVolume.at(root.resolve("secrets/redis-app"));
        secret.write(Map.of("username", "app", "password", "one"));
        MountedVolume volume = backend("shop-redis");
        volume.write(file(withSecret(1, "redis:6379", 6379, "redis-app")));
        start(NO_POLL);
        assertThat(reloader.mounted().credentials()).isEqualTo(Map.of("redis-app", new Credentials("app", "one")));

        secret.write(Map.of("password", "two"));
        await().until(
                        () -> reloader.mounted().credentials(),
                        Map.of("redis-app", new Credentials(null, "two"))::equals);

        secret.write(Map.of());
        volume.write(file(withSecret(2, "redis:6379", 6379, "redis-app")));
        awaitRevision(2);
        assertThat(reloader.mounted().credentials()).isEqualTo(Map.of("redis-app", new Credentials(null, "two")));
    }

    @Test
    void changedPodLabelsAreSeenAtOnce() throws IOException {
        MountedVolume podInfo = MountedVolume.at(root.resolve("pod"));
        podInfo.write(Map.of("labels", "app=\"web\"\n"));
        start(NO_POLL);
        assertThat(reloader.mounted().podLabels()).isEqualTo(Map.of("app", "web"));

        podInfo.write(Map.of("labels", "app=\"web\"\ncanary=\"true\"\n"));

        await().until(() -> reloader.mounted().podLabels(), Map.of("app", "web", "canary", "true")::equals);
    }

    @Test
    void aFileWrittenAgainWithTheSameContentChangesNothing() throws IOException {
        MountedVolume volume = backend("shop-redis");
        volume.write(file(config(1, "redis:6379", 6379)));
        start(NO_POLL);
        int before = changes.get();

        volume.write(file(config(1, "redis:6379", 6379)));

        await().until(() -> reloads("applied") == 2);
        assertThat(changes).hasValue(before);
    }

    @Test
    void aChangeThatCouldNotBeAppliedIsAppliedLater() throws IOException {
        MountedVolume volume = backend("shop-redis");
        volume.write(file(config(1, "redis:6379", 6379)));
        AtomicInteger failures = new AtomicInteger();
        List<Long> applied = new CopyOnWriteArrayList<>();
        start(QUICK_POLL, mounted -> {
            long revision = mounted.backends().get("shop-redis").revision();
            if (revision == 2 && failures.incrementAndGet() <= 3) {
                throw new IllegalStateException("a defect");
            }
            applied.add(revision);
        });

        volume.write(file(config(2, "redis:6379", 6379)));

        awaitRevision(2);
        assertThat(failures).hasValue(4);
        assertThat(applied).containsExactly(1L, 2L);
        volume.write(file(config(3, "redis:6379", 6379)));
        awaitRevision(3);
    }

    /** A name that no file can have, and no validated configuration names. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aScanThatFailsIsNotTheLast(boolean atStart) throws IOException {
        MountedVolume volume = backend("shop-redis");
        AgentConfig impossible = withSecret(2, "redis:6379", 6379, "a\0b");
        volume.write(file(atStart ? impossible : config(1, "redis:6379", 6379)));
        start(QUICK_POLL);
        volume.write(file(impossible));
        await().until(() -> reloads("applied") >= 2);

        volume.write(file(config(3, "redis:6379", 6379)));

        awaitRevision(3);
    }

    private void start(Duration poll, String... expected) throws IOException {
        start(poll, _ -> changes.incrementAndGet(), expected);
    }

    private void start(Duration poll, Consumer<Mounted> changed, String... expected) throws IOException {
        Directories directories = new Directories(
                root.resolve("config"), root.resolve("secrets"), root.resolve("state"), root.resolve("pod"));
        reloader = new Reloader(directories, Set.of(expected), poll, registry, changed);
        reloader.start();
    }

    private void restart(Duration poll, String... expected) throws IOException {
        reloader.close();
        registry.clear();
        start(poll, expected);
    }

    private MountedVolume backend(String name) {
        return MountedVolume.at(root.resolve("config").resolve(name));
    }

    private static Map<String, String> file(AgentConfig config) {
        return Map.of(AgentConfig.FILE_NAME, AgentConfigYaml.write(config));
    }

    private BackendConfig shopRedis() {
        return reloader.mounted().backends().get("shop-redis");
    }

    private void awaitRevision(long revision) {
        await().until(() -> shopRedis() != null && shopRedis().revision() == revision);
    }

    private void awaitRefusal(Reason reason) {
        await().until(() ->
                shopRedis().refused() != null && shopRedis().refused().reason() == reason);
    }

    private double reloads(String result) {
        return metric("cachepolicy_config_reload_total", "backend", "shop-redis", "result", result);
    }

    private double metric(String name, String... labels) {
        String[] names = new String[labels.length / 2];
        String[] values = new String[labels.length / 2];
        for (int i = 0; i < names.length; i++) {
            names[i] = labels[2 * i];
            values[i] = labels[2 * i + 1];
        }
        Double value = registry.getSampleValue(name, names, values);
        return value == null ? 0 : value;
    }
}
