package dev.cachepolicy.e2e.demo;

import dev.cachepolicy.testing.Program;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/** Shows commands as a user would type them, and some of what they say. */
final class Terminal {

    private static final String PLAIN = "[\\w@%+=:,./-]+";

    private final PrintStream out;

    Terminal(PrintStream out) {
        this.out = out;
    }

    /**
     * Shows a command and runs it. {@return what it said}
     *
     * @throws IllegalStateException if it failed, with what it said
     */
    String run(Program program, String... arguments) {
        show(program.line(arguments));
        return program.stdout(arguments);
    }

    /** Shows a command that something else runs. */
    void show(List<String> words) {
        say("$ " + words.stream().map(Terminal::quoted).collect(Collectors.joining(" ")));
    }

    /** Shows what a command said. */
    void say(String text) {
        text.lines().forEach(line -> out.println("        " + line));
        out.flush();
    }

    private static String quoted(String word) {
        return word.matches(PLAIN) ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
