package dev.cachepolicy.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command did: run in this process, its output caught. */
public record CommandRun(int status, String out, String err) {

    /** Runs {@code cachepolicy} with these arguments. */
    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new CommandRun(status, out.toString(), err.toString());
    }
}
