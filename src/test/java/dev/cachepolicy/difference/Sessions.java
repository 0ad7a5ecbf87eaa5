package dev.cachepolicy.difference;

import dev.cachepolicy.difference.History.Step;
import java.util.List;
import java.util.random.RandomGenerator;

/** Steps in which one client changes or asks what its connection is. */
final class Sessions {

    private final RandomGenerator random;
    private final Templates templates;
    private final Choices choices;

    Sessions(RandomGenerator random, Templates templates, Choices choices) {
        this.random = random;
        this.templates = templates;
        this.choices = choices;
    }

    Step next(int client) {
        return switch (random.nextInt(12)) {
            case 0 -> new Step(List.of(Turn.of(client, Request.of("CLIENT", "ID"))), Normalisation.ClientId);
            case 1 -> new Step(List.of(Turn.of(client, Request.of("CLIENT", "INFO"))), Normalisation.ClientInfo);
            case 2 -> new Step(List.of(Turn.of(client, Request.of("KEYS", "*:[0-2]"))), Normalisation.KeyOrder);
            case 3 ->
                new Step(
                        List.of(Turn.of(client, Request.of("SCAN", "0", "COUNT", "10000", "TYPE", "list"))),
                        Normalisation.KeyOrder);
            case 4, 5 -> Step.of(Turn.of(client, choices.hello(), templates.next(), Request.of("HELLO")));
            case 6 -> Step.of(Turn.of(client, templates.fill("SELECT <db>"), templates.next(), templates.next()));
            case 7 ->
                Step.of(Turn.of(
                        client,
                        Request.of("CLIENT", "REPLY", "SKIP"),
                        templates.next(),
                        templates.next(),
                        Request.of("CLIENT", "REPLY", "SKIP")));
            case 8 ->
                Step.of(Turn.of(client, Request.of("CLIENT", "REPLY", "OFF"), templates.next(), templates.next()));
            case 9 -> Step.of(Turn.of(client, Request.of("RESET"), templates.next()));
            case 10 ->
                Step.of(Turn.of(
                        client,
                        Request.of("HELLO", "3"),
                        Request.of("CLIENT", "TRACKING", random.nextInt(4) == 0 ? "OFF" : "ON"),
                        templates.fill("GET <str>"),
                        templates.fill("MGET <str> <str> <str>")));
            default ->
                Step.of(Turn.of(client, templates.fill("CLIENT SETNAME <member>"), Request.of("CLIENT", "GETNAME")));
        };
    }
}
