package dev.cachepolicy.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a text that is no YAML, and where: the parser spreads it over lines, with excerpts in between. */
final class YamlProblem {

    /** A sentence and its place. The last is the problem, one before it what was being read. */
    private static final Pattern PLACE = Pattern.compile("(?m)^(\\S.*)\\R in .*, (line \\d+, column \\d+):$");

    private static final Pattern DUPLICATE = Pattern.compile("(?s)^(Duplicate field '[^']*').*");

    private YamlProblem() {}

    private record Place(String sentence, String where) {}

    static String of(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        List<Place> places = new ArrayList<>();
        for (Matcher matcher = PLACE.matcher(message); matcher.find(); ) {
            places.add(new Place(matcher.group(1), matcher.group(2)));
        }
        if (places.isEmpty()) {
            JsonLocation at = e.getLocation();
            return (at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ")
                    + DUPLICATE
                            .matcher(message)
                            .replaceFirst("$1: keep one")
                            .lines()
                            .findFirst()
                            .orElse("");
        }
        Place problem = places.getLast();
        String begins = places.size() == 1 ? "" : places.getFirst().where();
        if (problem.sentence().contains("<stream end>") && !begins.isEmpty()) {
            return problem.where() + ": the file ends inside what begins at " + begins + ": is it cut short?";
        }
        return problem.where() + ": " + problem.sentence()
                + (begins.isEmpty() ? "" : ", " + places.getFirst().sentence() + " that begins at " + begins);
    }
}
