package dev.cachepolicy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars in groups, as an SVG that reads on a light and on a dark page. Within a group all bars have one scale.
 * A bar may have a second part, in a paler colour.
 */
final class BarChart {

    private static final int WIDTH = 760;
    private static final int LABEL = 110;
    private static final int NUMBERS = 130;
    private static final int BAR = 18;
    private static final int STEP = 26;
    private static final String HEAD = """
            <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
            <title>%3$s</title>
            <style>
              text { font: 13px system-ui, sans-serif; fill: #1f2328 }
              .heading { font-weight: 600; font-size: 14px }
              .ours { fill: #0969da } .other { fill: #818b98 }
              .second { opacity: .45 }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3 }
                .ours { fill: #4493f8 } .other { fill: #7d8590 }
              }
            </style>
            """;

    private record Bar(Peer peer, double first, double second) {}

    private record Group(String heading, List<Bar> bars) {
        double longest() {
            return bars.stream()
                    .mapToDouble(bar -> bar.first + bar.second)
                    .max()
                    .orElse(1);
        }
    }

    private final String title;
    private final List<Group> groups = new ArrayList<>();

    BarChart(String title) {
        this.title = title;
    }

    /** Bars that are added next stand under this heading. */
    void group(String heading) {
        groups.add(new Group(heading, new ArrayList<>()));
    }

    void bar(Peer peer, double value) {
        bar(peer, value, 0);
    }

    void bar(Peer peer, double first, double second) {
        groups.getLast().bars.add(new Bar(peer, first, second));
    }

    String svg() {
        StringBuilder body = new StringBuilder();
        int y = 8;
        for (Group group : groups) {
            body.append("<text class=\"heading\" x=\"0\" y=\"%d\">%s</text>\n".formatted(y + 14, group.heading));
            y += STEP;
            for (Bar bar : group.bars) {
                draw(body, bar, y, (WIDTH - LABEL - NUMBERS) / group.longest());
                y += STEP;
            }
            y += 14;
        }
        return HEAD.formatted(WIDTH, y, title) + body + "</svg>\n";
    }

    private static void draw(StringBuilder body, Bar bar, int y, double scale) {
        String colour = bar.peer == Peer.AGENT ? "ours" : "other";
        double first = bar.first * scale;
        double second = bar.second * scale;
        text(body, LABEL - 10, y, "end", bar.peer.toString());
        rectangle(body, colour, LABEL, y, first);
        String numbers = Table.number(bar.first);
        if (bar.second > 0) {
            rectangle(body, colour + " second", LABEL + first, y, second);
            numbers = (bar.first > 0 ? numbers + " + " : "") + Table.number(bar.second);
        }
        text(body, LABEL + first + second + 8, y, "start", numbers);
    }

    private static void rectangle(StringBuilder body, String colour, double x, int y, double width) {
        body.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n",
                colour,
                x,
                y,
                width,
                BAR));
    }

    private static void text(StringBuilder body, double x, int y, String anchor, String text) {
        body.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y + 14, anchor, text));
    }
}
