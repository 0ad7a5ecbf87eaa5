package dev.cachepolicy.local.demo;

import java.io.PrintStream;
import java.util.List;

/** Carries out steps and prints a line for each, and the sum at the end. */
final class Report {

    private final PrintStream out;
    private int done;
    private int happened;
    private boolean given;

    Report(PrintStream out) {
        this.out = out;
    }

    /** {@return whether all of them happened} */
    boolean run(List<Step> steps, Scene scene) {
        boolean all = true;
        for (Step step : steps) {
            all &= run(step, scene);
        }
        return all;
    }

    private boolean run(Step step, Scene scene) {
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

    /** Ends the scene, as the last step. */
    void end(Scene scene) {
        given = false;
        run(
                Step.of("nothing is left running", ended -> {
                    ended.close();
                    long left = ProcessHandle.current().descendants().count();
                    DidNotHappenException.unless(left == 0, left + " processes");
                    return "0 processes";
                }),
                scene);
    }

    private void line(String outcome, String what, String measured) {
        out.printf("%-7s %s: %s%n", outcome, what, measured);
        out.flush();
    }

    /** Prints the last line. {@return whether everything happened} */
    boolean sum() {
        out.printf("demo: %d of %d%n", happened, done);
        return happened == done;
    }
}
