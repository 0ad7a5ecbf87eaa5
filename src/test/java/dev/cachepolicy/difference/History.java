package dev.cachepolicy.difference;

import java.util.List;

/**
 * What several clients do, step by step. The replies to a step have arrived before the next begins; turns in one step run at
 * the same time, and touch nothing that they have in common.
 *
 * @param seed of which it was made
 */
record History(long seed, List<Step> steps) {

    /** @param note of what random thing replies speak: the comparison leaves it out */
    record Step(List<Turn> turns, Normalisation note) {

        Step {
            turns = List.copyOf(turns);
        }

        static Step of(Turn... turns) {
            return new Step(List.of(turns), Normalisation.Plain);
        }
    }

    History {
        steps = List.copyOf(steps);
    }

    History with(List<Step> newSteps) {
        return new History(seed, newSteps);
    }

    int commands() {
        return steps.stream()
                .flatMap(step -> step.turns().stream())
                .mapToInt(turn -> turn.requests().size())
                .sum();
    }

    /** {@return the history for a human, with a line for redis-cli for each request} */
    String script() {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            for (Turn turn : step.turns()) {
                script.append("# step ").append(i).append(", client ").append(turn.client());
                script.append(step.turns().size() > 1 ? ", at the same time as the others of this step" : "");
                script.append(turn.requests().size() > 1 ? ", one pipeline" : "");
                script.append(turn.cuts().isEmpty() ? "" : ", in pieces of " + lengths(turn) + " bytes");
                script.append(turn.ending() == Turn.Ending.Open ? "" : ", then " + turn.ending())
                        .append('\n');
                turn.requests().forEach(request -> script.append(line(request)).append('\n'));
            }
        }
        return script.toString();
    }

    private static List<Integer> lengths(Turn turn) {
        return turn.pieces().stream().map(String::length).toList();
    }

    private static String line(Request request) {
        return switch (request.form()) {
            case Array -> request.line();
            case Inline -> request.line() + "   # inline";
            case Raw -> "# raw bytes: " + Request.quoted(request.words().getFirst());
        };
    }
}
