package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.gitops.Acknowledgement;
import dev.cachepolicy.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TTLs that change by commits in a git repository. */
class TtlChangesE2E {

    private static final int CHANGES = 20;
    private static final Path EXAMPLE = Path.of("examples", "policies", "user-profiles.yaml");

    /** The kubelet by itself would take a minute or more, so this tells the two apart on any machine. */
    private static final Duration FAR_BELOW_A_KUBELETS_PERIOD = Duration.ofSeconds(10);

    private final Shop shop = Platform.shared().shop();

    @TempDir
    Path repository;

    @Test
    void allPodsFollowEachCommitAndNoneIsRestarted() throws Exception {
        List<String> before = pods();
        Program git = Program.of(
                "git", "-C", repository.toString(), "-c", "user.name=team", "-c", "user.email=team@example.com");
        git.run("init", "--quiet");
        Path file = repository.resolve("user-profiles.yaml");
        List<Duration> times = new ArrayList<>();
        for (int minutes = 16; minutes < 16 + CHANGES; minutes++) {
            Files.writeString(file, Files.readString(EXAMPLE).replace("value: 15m", "value: " + minutes + "m"));
            git.run("add", ".");
            git.run("commit", "--quiet", "--message", "Keep profiles for " + minutes + " minutes");
            try (Acknowledgement acknowledgement = Acknowledgement.of(shop.client(), Shop.NAMESPACE, "user-profiles")) {
                shop.kubectl().run("apply", "-f", repository.toString());
                times.add(acknowledgement.await(Duration.ofMinutes(2)));
            }
            assertThat(shop.policy("user-profiles")).matches(Shop.isFollowedBy(2));
        }
        times.sort(Duration::compareTo);
        System.out.printf(
                "TtlChangesE2E: %s changes by commit: acknowledged by all pods after %s ms (median), %s ms (p95)%n",
                CHANGES,
                times.get(CHANGES / 2).toMillis(),
                times.get(CHANGES * 95 / 100 - 1).toMillis());

        assertThat(times.get(CHANGES * 95 / 100 - 1)).isLessThan(FAR_BELOW_A_KUBELETS_PERIOD);
        assertThat(pods()).isEqualTo(before);
        assertThat(shop.kubectl().run("events", "--for", "cachepolicy/user-profiles"))
                .contains("ttl.value 34m -> 35m");
        shop.kubectl().run("apply", "-f", EXAMPLE.toString());
        shop.awaitPolicy("user-profiles", Shop.isFollowedBy(2));
    }

    private List<String> pods() {
        return shop.load().pods().stream().map(Shop::identity).sorted().toList();
    }
}
