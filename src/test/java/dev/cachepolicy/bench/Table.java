package dev.cachepolicy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of numbers under a heading, for a console and for a page. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(List.of(headings));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** {@return a number as a table shows it: three digits that count, never fewer than the whole part has} */
    static String number(double value) {
        int decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    static String limit(double value, boolean atLeast) {
        String text = value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : number(value);
        return (atLeast ? "≥ " : "≤ ") + text;
    }

    String markdown() {
        StringBuilder page = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            page.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
                page.append("|---|")
                        .append("--:|".repeat(rows.get(0).size() - 1))
                        .append('\n');
            }
        }
        return page.toString();
    }

    /** {@return columns as wide as their widest cell, the first left, all others right} */
    @Override
    public String toString() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String space = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + space : "  " + space + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
