package dev.cachepolicy.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages that people read, and what stands in them. */
final class Pages {

    private static final Pattern FENCE = Pattern.compile("(?ms)^```([a-z]+)\\n(.*?)^```$");

    private Pages() {}

    /** {@return all Markdown files of the project that people read} */
    static List<Path> all() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
        for (String folder : List.of("docs", "examples")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.toString().contains("node_modules"))
                        .sorted()
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    /** {@return the blocks of a page that are marked with a language} */
    static List<String> blocks(Path page, String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher fence = FENCE.matcher(Files.readString(page));
        while (fence.find()) {
            if (fence.group(1).equals(language)) {
                blocks.add(fence.group(2));
            }
        }
        return blocks;
    }

    /** {@return the cells of each row of the table that follows a comment, without its head} */
    static List<List<String>> table(Path page, String comment) throws IOException {
        String text = Files.readString(page);
        String after =
                text.substring(text.indexOf("<!-- " + comment + " -->") + comment.length() + "<!--  -->".length());
        return after.strip()
                .lines()
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Stream.of(line.substring(1, line.lastIndexOf('|')).split("(?<!\\\\)\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
