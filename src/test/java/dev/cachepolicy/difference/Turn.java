package dev.cachepolicy.difference;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What one client does in a step: requests in one pipeline.
 *
 * @param cuts where the pipeline's bytes are cut into writes of their own, as fractions of its length; whoever reads them
 *     has read each piece before the next is written
 */
record Turn(int client, List<Request> requests, List<Double> cuts, Ending ending) {

    enum Ending {
        Open,
        /** The client says that it sends nothing more, and reads until the other side closes. */
        HalfClosed,
        /** The client sends nothing and is gone, whatever it waits for. */
        Gone
    }

    Turn {
        requests = List.copyOf(requests);
        cuts = List.copyOf(cuts);
    }

    static Turn of(int client, List<Request> requests) {
        return new Turn(client, requests, List.of(), Ending.Open);
    }

    static Turn of(int client, Request... requests) {
        return of(client, List.of(requests));
    }

    Turn ending(Ending newEnding) {
        return new Turn(client, requests, cuts, newEnding);
    }

    Turn with(List<Request> newRequests) {
        return new Turn(client, newRequests, cuts, ending);
    }

    Turn cut(List<Double> newCuts) {
        return new Turn(client, requests, newCuts, ending);
    }

    Turn cut(RandomGenerator random, int pieces) {
        return cut(random.doubles(pieces - 1L).boxed().toList());
    }

    String bytes() {
        return requests.stream().map(Request::bytes).collect(Collectors.joining());
    }

    /** {@return the pipeline's bytes in the pieces in which they are written} */
    List<String> pieces() {
        String bytes = bytes();
        List<Integer> at = new ArrayList<>(cuts.stream()
                .map(cut -> (int) Math.round(cut * bytes.length()))
                .sorted()
                .distinct()
                .filter(position -> position > 0 && position < bytes.length())
                .toList());
        at.add(bytes.length());
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int to : at) {
            pieces.add(bytes.substring(from, to));
            from = to;
        }
        return pieces;
    }
}
