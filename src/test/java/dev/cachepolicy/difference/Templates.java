package dev.cachepolicy.difference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Commands out of {@code commands.txt}, filled with random words. */
final class Templates {

    private static final String OF_ALL = "! ";

    private static final List<String> LINES = read();
    private static final List<List<String>> ALL = split(LINES);
    private static final List<List<String>> OWN =
            split(LINES.stream().filter(line -> !line.startsWith(OF_ALL)).toList());

    /** One of so many commands has an argument too few or too many, or a key of another type. */
    private static final int WRONG = 40;

    private static final int INLINE = 40;

    private final RandomGenerator random;
    private final Words words;

    Templates(RandomGenerator random, Words words) {
        this.random = random;
        this.words = words;
    }

    private static List<List<String>> split(List<String> lines) {
        return lines.stream()
                .map(line -> List.of(line.replace(OF_ALL, "").split(" ", -1)))
                .toList();
    }

    private static List<String> read() {
        try (var in = Templates.class.getResourceAsStream("commands.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Request next() {
        List<List<String>> templates = words.areOwn() ? OWN : ALL;
        return fill(templates.get(random.nextInt(templates.size())));
    }

    /** {@return a command of this form, sometimes spoilt} */
    Request fill(String template) {
        return fill(List.of(template.split(" ", -1)));
    }

    private Request fill(List<String> template) {
        List<String> filled = new ArrayList<>();
        append(template, filled);
        if (random.nextInt(WRONG) == 0 && !dependsOnChanceWhenSpoilt(template)) {
            if (random.nextBoolean() && filled.size() > 1) {
                filled.removeLast();
            } else {
                filled.add(words.member());
            }
        }
        boolean inline = random.nextInt(INLINE) == 0 && filled.stream().allMatch(word -> word.length() < 1000);
        return new Request(inline ? Request.Form.Inline : Request.Form.Array, filled);
    }

    /** With other arguments the first would have a choice, the other would show a table whose order a timer changes. */
    private static boolean dependsOnChanceWhenSpoilt(List<String> template) {
        return template.contains("<single>") || template.getFirst().equals("COMMAND");
    }

    private void append(List<String> template, List<String> filled) {
        int i = 0;
        while (i < template.size()) {
            String word = template.get(i);
            if (word.startsWith("(<")) {
                int end = closing(template, i, ")*");
                List<String> group = inside(template, i, end, ")*");
                for (int times = 1 + random.nextInt(4); times > 0; times--) {
                    append(group, filled);
                }
                i = end + 1;
            } else if (word.startsWith("[") && closing(template, i, "]") >= 0) {
                int end = closing(template, i, "]");
                if (random.nextBoolean()) {
                    append(inside(template, i, end, "]"), filled);
                }
                i = end + 1;
            } else {
                String[] choices = word.split("\\|", -1);
                filled.add(words.of(choices[random.nextInt(choices.length)]));
                i++;
            }
        }
    }

    private static int closing(List<String> template, int from, String mark) {
        for (int i = from; i < template.size(); i++) {
            if (template.get(i).endsWith(mark)) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> inside(List<String> template, int from, int to, String mark) {
        String joined = String.join(" ", template.subList(from, to + 1));
        return Arrays.asList(
                joined.substring(1, joined.length() - mark.length()).split(" ", -1));
    }
}
