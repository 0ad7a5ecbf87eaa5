package dev.cachepolicy.validation;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Kubernetes takes for a label selector. The schema of a custom resource has no word for it, and agents judge the
 * selector themselves, so nobody else would tell.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels and Selectors</a>
 */
final class LabelSelectors {

    private static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    private static final String NAME = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
    private static final Pattern KEY = Pattern.compile("(?:(?=[^/]{1,253}/)" + SUBDOMAIN + "/)?" + NAME);
    private static final Pattern VALUE = Pattern.compile("(?:" + NAME + ")?");

    private final String field;
    private final Checks checks;

    LabelSelectors(String field, Checks checks) {
        this.field = field;
        this.checks = checks;
    }

    void check(@Nullable LabelSelector selector) {
        if (selector == null) {
            return;
        }
        Map<String, String> labels = selector.getMatchLabels();
        if (labels != null) {
            labels.forEach((key, value) -> {
                checkKey(field + ".matchLabels", key);
                checkValue(field + ".matchLabels." + key, value);
            });
        }
        List<LabelSelectorRequirement> expressions = selector.getMatchExpressions();
        for (int i = 0; expressions != null && i < expressions.size(); i++) {
            checkExpression(field + ".matchExpressions[" + i + "]", expressions.get(i));
        }
    }

    private void checkExpression(String at, LabelSelectorRequirement expression) {
        checkKey(at + ".key", expression.getKey());
        List<String> values = expression.getValues() == null ? List.of() : expression.getValues();
        switch (expression.getOperator()) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    problem(
                            at + ".values",
                            "operator " + expression.getOperator() + " compares with values: write at least one");
                }
                values.forEach(value -> checkValue(at + ".values", value));
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    problem(
                            at + ".values",
                            "operator " + expression.getOperator()
                                    + " looks at the key alone: leave values out, or write In or NotIn");
                }
            }
            case null -> problem(at + ".operator", "an operator is missing: write In, NotIn, Exists or DoesNotExist");
            default ->
                problem(
                        at + ".operator",
                        "'" + expression.getOperator()
                                + "' is not an operator: write In, NotIn, Exists or DoesNotExist");
        }
    }

    private void checkKey(String at, @Nullable String key) {
        if (key == null || !KEY.matcher(key).matches()) {
            problem(
                    at,
                    "'" + (key == null ? "" : key)
                            + "' is not a label's key: write at most 63 letters, digits, '-', '_'"
                            + " and '.', with a DNS name and '/' before them where you want one, for example app or example.com/app");
        }
    }

    private void checkValue(String at, @Nullable String value) {
        if (value == null || !VALUE.matcher(value).matches()) {
            problem(
                    at,
                    "'" + (value == null ? "" : value) + "' is not a label's value: write at most 63 letters, digits,"
                            + " '-', '_' and '.', beginning and ending with a letter or digit");
        }
    }

    private void problem(String at, String message) {
        checks.add(at, Reasons.INVALID_WORKLOAD_SELECTOR, message);
    }
}
