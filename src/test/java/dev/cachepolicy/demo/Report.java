package dev.cachepolicy.demo;

import java.io.PrintStream;
import java.util.List;

/**
 * Carries out steps and prints a line for each, and the sum at the end.
 *
 * @param <S> the scene in which they happen
 */
public final class Report<S> {

    private final PrintStream out;
    private final S scene;
    private int done;
    private int happened;
    private boolean given;

    public Report(PrintStream out, S scene) {
        this.out = out;
        this.scene = scene;
    }

    /** {@return whether all of them happened} */
    public boolean run(List<Step<S>> steps) {
        boolean all = true;
        for (Step<S> step : steps) {
            all &= run(step);
        }
        return all;
    }

    private boolean run(Step<S> step) {
        done++;
        if (given) {
            line("FAILED", step.what(), "not tried");
            return false;
        }
        try {
            line("ok", step.what(), step.check().happen(scene));
            happened++;
            return true;
        } catch (Exception | AssertionError e) {
            line("FAILED", step.what(), e.getMessage() == null ? e.toString() : e.getMessage());
            given = step.prerequisite();
            return false;
        }
    }

    /** Carries out the step that ends the scene, whatever came of those before. */
    public void end(Step<S> step) {
        given = false;
        run(step);
    }

    private void line(String outcome, String what, String measured) {
        out.printf("%-7s %s: %s%n", outcome, what, measured);
        out.flush();
    }

    /** Prints the last line. {@return whether everything happened} */
    public boolean sum() {
        out.printf("demo: %d of %d%n", happened, done);
        return happened == done;
    }
}
