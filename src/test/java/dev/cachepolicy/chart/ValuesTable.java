package dev.cachepolicy.chart;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The chart's values as a Markdown table: what stands in {@code values.yaml} as a comment above a key describes it. It
 * takes the plain block style in which that file is written, no YAML beyond.
 */
final class ValuesTable {

    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z0-9_]+):(?: +(.*))?");

    /** A key. Its default is {@code fallback}; empty: it has keys below it instead. */
    record Row(String path, String description, String fallback) {}

    private ValuesTable() {}

    static String of(List<String> lines) {
        return "| value | what it is | default |\n|---|---|---|\n"
                + rows(lines).stream()
                        .filter(row ->
                                !row.fallback().isEmpty() || !row.description().isEmpty())
                        .map(row -> "| `%s` | %s | %s |\n"
                                .formatted(
                                        row.path(),
                                        row.description().replace("|", "\\|"),
                                        row.fallback().isEmpty() ? "" : "`" + row.fallback() + "`"))
                        .collect(Collectors.joining());
    }

    static List<Row> rows(List<String> lines) {
        List<Row> rows = new ArrayList<>();
        Deque<String> path = new ArrayDeque<>();
        StringBuilder comment = new StringBuilder();
        for (String line : lines) {
            Matcher key = KEY.matcher(line);
            if (line.strip().startsWith("#")) {
                comment.append(comment.isEmpty() ? "" : " ")
                        .append(line.strip().substring(1).strip());
            } else if (key.matches()) {
                while (path.size() > key.group(1).length() / 2) {
                    path.removeLast();
                }
                path.addLast(key.group(2));
                rows.add(new Row(String.join(".", path), comment.toString(), key.group(3) == null ? "" : key.group(3)));
                comment.setLength(0);
            } else {
                comment.setLength(0);
            }
        }
        return rows;
    }
}
