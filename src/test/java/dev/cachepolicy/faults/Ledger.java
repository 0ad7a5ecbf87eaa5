package dev.cachepolicy.faults;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/**
 * What one client asked and was told. Values name their key, and every written value is unique; so a reply at another's
 * command is seen at once, and in the end Redis can be asked what was done twice and what was not done at all.
 */
final class Ledger {

    private static final int SHARED_KEYS = 20;
    private static final String OWN_ERROR = "-CACHEPOLICY ";

    private final int client;
    private final List<String> violations = new ArrayList<>();

    /** Values of GETSETs without an answer: each may take effect once, even after later ones, when a network held it. */
    private final Set<String> late = new HashSet<>();

    private final List<String> log = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private @Nullable String current;
    private long sequence;
    private long incremented;
    private long acknowledged;
    private long highest;
    private long answered;
    private long unanswered;

    Ledger(int client) {
        this.client = client;
    }

    private enum Kind {
        Get,
        Set,
        GetSet,
        Echo,
        Increment,
        Push
    }

    /** A request. */
    record Entry(Kind kind, List<String> words, int index) {}

    /** {@return a new request} */
    Entry next(SplittableRandom random) {
        String token = client + "-" + sequence++;
        // A policy governs one half of the keys: its reads have replies of the agent's own while Redis is away.
        String shared = (random.nextBoolean() ? "user:" : "item:") + random.nextInt(SHARED_KEYS);
        String padding = "x".repeat(random.nextInt(10) == 0 ? random.nextInt(5000) : random.nextInt(20));
        return switch (Kind.values()[random.nextInt(Kind.values().length)]) {
            case Get -> entry(Kind.Get, "GET", shared);
            case Set -> entry(Kind.Set, "SET", shared, shared + "|" + token + padding);
            case GetSet -> entry(Kind.GetSet, "GETSET", "own:" + client, "own:" + client + "|" + token);
            case Echo -> entry(Kind.Echo, "ECHO", token + padding);
            case Increment -> {
                incremented++;
                yield entry(Kind.Increment, "INCR", "counter:" + client);
            }
            case Push -> {
                log.add(token);
                places.add(0);
                yield new Entry(Kind.Push, List.of("RPUSH", "log:" + client, token), log.size() - 1);
            }
        };
    }

    private static Entry entry(Kind kind, String... words) {
        return new Entry(kind, List.of(words), 0);
    }

    void replied(Entry entry, @Nullable String reply) {
        if (reply != null && reply.startsWith(OWN_ERROR)) {
            unanswered(entry);
            return;
        }
        answered++;
        String key = entry.words().get(1);
        boolean right = switch (entry.kind()) {
            case Get -> reply == null || reply.startsWith(key + "|");
            case Set -> "+OK".equals(reply);
            case Echo -> key.equals(reply);
            case GetSet -> {
                boolean known = Objects.equals(reply, current) || late.remove(reply);
                current = entry.words().get(2);
                yield known;
            }
            case Increment -> {
                long value = number(reply);
                boolean increasing = value > highest && value <= incremented;
                highest = Math.max(highest, value);
                acknowledged++;
                yield increasing;
            }
            case Push -> {
                places.set(entry.index(), (int) number(reply));
                yield number(reply) > 0;
            }
        };
        if (!right) {
            violations.add(entry.words() + " got " + reply);
        }
    }

    private static long number(@Nullable String reply) {
        return reply != null && reply.matches(":\\d+") ? Long.parseLong(reply.substring(1)) : -1;
    }

    /** Perhaps carried out, perhaps not. */
    void unanswered(Entry entry) {
        unanswered++;
        if (entry.kind() == Kind.GetSet) {
            late.add(entry.words().get(2));
        }
    }

    long answered() {
        return answered;
    }

    long unanswered() {
        return unanswered;
    }

    /** {@return every reply out of place, every write done twice or not at all} */
    List<String> violations(Jedis redis) {
        List<String> all = new ArrayList<>(violations);
        String counter = redis.get("counter:" + client);
        long value = counter == null ? 0 : Long.parseLong(counter);
        if (value < acknowledged || value > incremented || value < highest) {
            all.add("INCR sent " + incremented + " times, acknowledged " + acknowledged + ", carried out " + value);
        }
        List<String> pushed = redis.lrange("log:" + client, 0, -1);
        if (new HashSet<>(pushed).size() != pushed.size()) {
            all.add("pushed twice by client " + client);
        }
        int last = 0;
        for (int i = 0; i < log.size(); i++) {
            int place = places.get(i);
            if (place == 0) {
                continue; // not acknowledged
            }
            if (place < 0) {
                continue; // acknowledged by another's reply, which is in the list of violations already
            }
            if (place <= last) {
                all.add("RPUSH of " + log.get(i) + " took effect before an earlier one");
            }
            last = place;
            if (place > pushed.size() || !pushed.get(place - 1).equals(log.get(i))) {
                all.add("RPUSH of " + log.get(i) + " was told of place " + place + ", and is not there");
            }
        }
        return all;
    }
}
