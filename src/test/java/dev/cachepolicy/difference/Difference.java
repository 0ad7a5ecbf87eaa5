package dev.cachepolicy.difference;

import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the replies of one history differ.
 *
 * @param direct what Redis said, as the comparison sees it
 */
record Difference(int step, int client, String direct, String through) {

    private static final int CONTEXT = 200;

    /** {@return the first difference, or null} */
    static @Nullable Difference between(History history, Transcript direct, Transcript through) {
        for (int i = 0; i < direct.size(); i++) {
            Normalisation note =
                    i < history.steps().size() ? history.steps().get(i).note() : Normalisation.Plain;
            Map<Integer, String> expected = direct.step(i);
            Map<Integer, String> actual = through.step(i);
            TreeSet<Integer> clients = new TreeSet<>(expected.keySet());
            clients.addAll(actual.keySet());
            for (int client : clients) {
                String one = note.of(expected.getOrDefault(client, ""));
                String other = note.of(actual.getOrDefault(client, ""));
                if (!one.equals(other)) {
                    return new Difference(i, client, one, other);
                }
            }
        }
        return null;
    }

    @Override
    public String toString() {
        int at = 0;
        while (at < Math.min(direct.length(), through.length()) && direct.charAt(at) == through.charAt(at)) {
            at++;
        }
        return "step %d, client %d, byte %d%n  direct : %s%n  through: %s"
                .formatted(step, client, at, excerpt(direct, at), excerpt(through, at));
    }

    private static String excerpt(String text, int at) {
        int from = Math.max(0, at - CONTEXT);
        int to = Math.min(text.length(), at + CONTEXT);
        return (from > 0 ? "... " : "")
                + Request.escaped(text.substring(from, to))
                + (to < text.length() ? " ..." : "");
    }
}
