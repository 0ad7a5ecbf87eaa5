package dev.cachepolicy.chart;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a rendering lets the operator do, each right as {@code group/resource verb}. */
final class Rights {

    private Rights() {}

    static Set<String> granted(Manifests manifests) {
        Set<String> roles = manifests.all(RoleBinding.class).stream()
                .filter(binding -> isOperator(binding.getSubjects()))
                .map(binding -> binding.getMetadata().getNamespace() + "/"
                        + binding.getRoleRef().getName())
                .collect(Collectors.toSet());
        Set<String> clusterRoles = manifests.all(ClusterRoleBinding.class).stream()
                .filter(binding -> isOperator(binding.getSubjects()))
                .map(binding -> binding.getRoleRef().getName())
                .collect(Collectors.toSet());
        Stream<PolicyRule> rules = Stream.concat(
                manifests.all(Role.class).stream()
                        .filter(role -> roles.contains(role.getMetadata().getNamespace() + "/"
                                + role.getMetadata().getName()))
                        .flatMap(role -> role.getRules().stream()),
                manifests.all(ClusterRole.class).stream()
                        .filter(role -> clusterRoles.contains(role.getMetadata().getName()))
                        .flatMap(role -> role.getRules().stream()));
        return rules.flatMap(Rights::each).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isOperator(List<Subject> subjects) {
        return subjects.stream()
                .anyMatch(subject -> subject.getKind().equals("ServiceAccount")
                        && subject.getName().equals(Helm.RELEASE)
                        && subject.getNamespace().equals(Helm.NAMESPACE));
    }

    private static Stream<String> each(PolicyRule rule) {
        return rule.getApiGroups().stream()
                .flatMap(group -> rule.getResources().stream()
                        .flatMap(resource -> rule.getVerbs().stream().map(verb -> right(group, resource, verb))));
    }

    static String right(String group, String resource, String verb) {
        return group + "/" + resource + " " + verb;
    }
}
