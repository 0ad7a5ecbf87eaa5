package dev.cachepolicy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no role of any rendering may say. */
class ChartRolesIT {

    static List<String> cases() {
        return Cases.names();
    }

    private static Stream<PolicyRule> rules(Manifests manifests) {
        return Stream.concat(
                manifests.all(Role.class).stream().flatMap(role -> role.getRules().stream()),
                manifests.all(ClusterRole.class).stream().flatMap(role -> role.getRules().stream()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void noWildcard(String name) {
        assertThat(rules(Manifests.of(Cases.values(name))))
                .allSatisfy(rule -> assertThat(Stream.of(rule.getApiGroups(), rule.getResources(), rule.getVerbs())
                                .flatMap(List::stream))
                        .doesNotContain("*"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void nobodyListsOrWatchesSecrets(String name) {
        assertThat(rules(Manifests.of(Cases.values(name)))
                        .filter(rule -> rule.getResources().contains("secrets")))
                .allSatisfy(rule -> assertThat(rule.getVerbs()).doesNotContain("list", "watch"));
    }

    @Test
    void whereSecretsAreNamedNoOthersCanBeRead() {
        assertThat(rules(Manifests.of(Cases.values("secrets-named")))
                        .filter(rule -> rule.getResources().contains("secrets"))
                        .filter(rule -> rule.getVerbs().contains("get")))
                .isNotEmpty()
                .allSatisfy(rule -> assertThat(rule.getResourceNames()).isNotEmpty());
    }

    @Test
    void onlyThePlatformTeamWritesBackends() {
        assertThat(Manifests.of(Cases.values("defaults")).all(ClusterRole.class).stream()
                        .filter(role -> role.getRules().stream().anyMatch(ChartRolesIT::createsBackends)))
                .extracting(role -> role.getMetadata().getName())
                .containsExactly("cachepolicy-operator-platform");
    }

    private static boolean createsBackends(PolicyRule rule) {
        return rule.getResources().contains("cachebackends") && rule.getVerbs().contains("create");
    }
}
