package dev.cachepolicy.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines about resources, one form for all commands. */
final class Report {

    private Report() {}

    /** {@return {@code file: kind namespace/name: field: message} for all that is wrong with files and objects alone} */
    static List<String> problems(ResourceFiles read) {
        List<String> lines = new ArrayList<>(read.unreadable());
        for (Resource resource : read.resources()) {
            resource.problems()
                    .forEach(
                            problem -> lines.add(resource.title() + ": " + problem.field() + ": " + problem.message()));
        }
        return lines;
    }

    static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
