package dev.cachepolicy.difference;

import dev.cachepolicy.difference.History.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Makes a history of a seed: mostly pipelines of {@link Templates}, between them little stories of what several clients do
 * together. Each story leaves its clients in any state; what they do next depends on it.
 */
final class HistoryGenerator {

    private static final int MAX_CLIENTS = 6;

    /** The last two hear what happens to keys. */
    private static final List<String> PATTERNS = List.of("n?ws", "s[pq]ort", "*", "__key*__:*");

    private final RandomGenerator random;
    private final long seed;
    private final Words words;
    private final Templates templates;
    private final Choices choices;
    private final Sessions sessions;
    private final int clients;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Integer, ClientModel> models = new HashMap<>();
    private final Set<Integer> blocked = new HashSet<>();
    private int commands;

    private HistoryGenerator(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        words = new Words(random);
        templates = new Templates(random, words);
        choices = new Choices(random, words);
        sessions = new Sessions(random, templates, choices);
        clients = random.nextInt(2, MAX_CLIENTS + 1);
    }

    /** {@return a history of at least as many commands} */
    static History generate(long seed, int commands) {
        HistoryGenerator generator = new HistoryGenerator(seed);
        while (generator.commands < commands) {
            generator.story();
        }
        return new History(seed, generator.steps);
    }

    private void story() {
        int client = freeClient();
        ClientModel model = model(client);
        int dice = random.nextInt(100);
        if (model.repliesOff()) {
            add(turn(client, Request.of("CLIENT", "REPLY", dice < 50 ? "ON" : "OFF"), templates.next()));
        } else if (model.isInTransaction()) {
            goOn(client, dice);
        } else if (model.isSubscriberOnly()) {
            listen(client, dice);
        } else if (dice < 66) {
            add(turn(client, pipeline(depth())));
        } else if (dice < 76) {
            transaction(client);
        } else if (dice < 81) {
            listen(client, dice);
        } else if (dice < 86) {
            block(client);
        } else if (dice < 93) {
            add(sessions.next(client));
        } else if (dice < 97) {
            together();
        } else {
            end(client, dice);
        }
    }

    private int freeClient() {
        int client;
        do {
            client = random.nextInt(clients);
        } while (blocked.contains(client));
        return client;
    }

    private ClientModel model(int client) {
        return models.computeIfAbsent(client, _ -> new ClientModel());
    }

    private int depth() {
        int dice = random.nextInt(100);
        return dice < 25 ? 1 : dice < 65 ? random.nextInt(2, 12) : dice < 96 ? random.nextInt(12, 80) : 600;
    }

    private List<Request> pipeline(int depth) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            requests.add(templates.next());
        }
        return requests;
    }

    private Turn turn(int client, Request... requests) {
        return turn(client, List.of(requests));
    }

    private Turn turn(int client, List<Request> requests) {
        Turn turn = Turn.of(client, requests);
        int dice = random.nextInt(100);
        if (dice < 8) {
            return turn.cut(random, random.nextInt(2, 6));
        }
        int length = turn.bytes().length();
        return dice < 9 && length < 300 ? turn.cut(everywhere(length)) : turn;
    }

    static List<Double> everywhere(int length) {
        List<Double> cuts = new ArrayList<>();
        for (int i = 1; i < length; i++) {
            cuts.add((double) i / length);
        }
        return cuts;
    }

    private void add(Turn... turns) {
        add(new Step(List.of(turns), Normalisation.Plain));
    }

    private void add(Step step) {
        for (Turn turn : step.turns()) {
            ClientModel model = model(turn.client());
            model.apply(turn.requests());
            model.asked();
            if (model.isClosing() || turn.ending() != Turn.Ending.Open) {
                models.remove(turn.client());
            }
            commands += turn.requests().size();
        }
        steps.add(step);
    }

    private void transaction(int client) {
        List<Request> requests = new ArrayList<>();
        if (random.nextBoolean()) {
            requests.add(templates.fill("WATCH (<any>)*"));
        }
        if (random.nextInt(3) == 0) {
            add(turn(client, requests.isEmpty() ? pipeline(1) : requests));
            requests = new ArrayList<>();
        }
        requests.add(Request.of("MULTI"));
        requests.addAll(pipeline(random.nextInt(8)));
        if (random.nextBoolean()) {
            requests.add(Request.of(random.nextInt(4) == 0 ? "DISCARD" : "EXEC"));
            requests.addAll(pipeline(random.nextInt(3)));
        }
        add(turn(client, requests));
    }

    private void goOn(int client, int dice) {
        List<Request> requests = pipeline(random.nextInt(1, 10));
        if (dice < 50) {
            requests.add(Request.of("EXEC"));
        } else if (dice < 56) {
            requests.add(Request.of("DISCARD"));
        } else if (dice < 59) {
            requests.add(Request.of("MULTI"));
        } else if (dice < 61) {
            requests.add(Request.of("RESET"));
        } else if (dice < 62) {
            requests.add(Request.of("QUIT"));
        } else if (dice < 64) {
            requests.add(Request.of("BLPOP", words.key("list"), "0"));
        }
        add(turn(client, requests));
    }

    private void listen(int client, int dice) {
        List<Request> requests = new ArrayList<>();
        String kind = List.of("", "", "P", "S").get(random.nextInt(4));
        if (dice % 3 == 0 || !model(client).hears()) {
            if (random.nextBoolean() && !model(client).hears()) {
                add(turn(client, Request.of("HELLO", random.nextBoolean() ? "3" : "2")));
            }
            requests.add(Request.of(kind + "SUBSCRIBE", channel(kind), channel(kind)));
        } else if (dice % 3 == 1) {
            requests.add(
                    random.nextBoolean()
                            ? Request.of(kind + "UNSUBSCRIBE")
                            : Request.of(kind + "UNSUBSCRIBE", channel(kind), "nowhere"));
        } else {
            requests.addAll(pipeline(random.nextInt(1, 4)));
            requests.add(Request.of("PING", "still here"));
            requests.add(random.nextInt(10) == 0 ? Request.of("RESET") : Request.of(kind + "SUBSCRIBE"));
        }
        add(turn(client, requests));
    }

    private String channel(String kind) {
        return kind.equals("P") ? PATTERNS.get(random.nextInt(PATTERNS.size())) : words.channel();
    }

    /** One client blocks until a time or another ends it. */
    private void block(int client) {
        String key = words.key("queue");
        String other = words.key("queue");
        boolean sorted = random.nextInt(4) == 0;
        if (random.nextInt(3) == 0) {
            add(turn(client, choices.timedOut()));
            return;
        }
        List<Request> before = pipeline(random.nextInt(3));
        before.removeIf(request -> request.name().equals("SELECT"));
        before.add(0, Request.of("SELECT", "0"));
        before.add(Request.of("DEL", key, other));
        before.add(sorted ? choices.sortedWaiter(key, other) : choices.listWaiter(key, other));
        add(turn(client, before));
        if (random.nextInt(5) == 0) {
            add(Turn.of(client).ending(Turn.Ending.Gone));
            return;
        }
        blocked.add(client);
        if (blocked.size() < clients - 1 && random.nextBoolean()) {
            block(freeClient());
        }
        if (blocked.size() < clients) {
            int feeder = freeClient();
            feed(feeder, sorted ? "ZADD" : "RPUSH", key, other);
        }
        blocked.remove(client);
    }

    private void feed(int feeder, String command, String... keys) {
        if (model(feeder).isInTransaction()
                || model(feeder).isSubscriberOnly()
                || model(feeder).repliesOff()) {
            add(turn(feeder, Request.of("RESET")));
        }
        List<Request> requests = new ArrayList<>(pipeline(random.nextInt(3)));
        requests.removeIf(request -> request.name().equals("SELECT"));
        requests.add(Request.of("SELECT", "0"));
        boolean inTransaction = random.nextInt(4) == 0;
        if (inTransaction) {
            requests.add(Request.of("MULTI"));
        }
        for (String key : keys) {
            requests.add(
                    command.equals("ZADD")
                            ? Request.of(command, key, "1", "one", "2", "two")
                            : Request.of(command, key, "one", "two", "three"));
        }
        if (inTransaction) {
            requests.add(Request.of("EXEC"));
        }
        add(turn(feeder, requests));
    }

    /** Several clients at the same time, each with keys of its own. */
    private void together() {
        boolean heard = !blocked.isEmpty() || models.values().stream().anyMatch(ClientModel::hears);
        if (heard) {
            return;
        }
        List<Turn> turns = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            ClientModel model = model(client);
            if (!model.isInTransaction() && !model.repliesOff()) {
                words.ownOf(client);
                turns.add(Turn.of(client, pipeline(depth())));
            }
        }
        words.ownOf(-1);
        add(turns.toArray(Turn[]::new));
    }

    private void end(int client, int dice) {
        List<Request> requests = new ArrayList<>(pipeline(random.nextInt(4)));
        if (dice == 97) {
            requests.add(Request.of("QUIT"));
            add(turn(client, requests));
        } else if (dice == 98) {
            requests.add(Request.raw(Choices.VIOLATIONS.get(random.nextInt(Choices.VIOLATIONS.size()))));
            add(turn(client, requests));
        } else {
            requests.add(Request.of("PING", "the last"));
            add(Turn.of(client, requests).ending(Turn.Ending.HalfClosed));
        }
    }
}
