package dev.cachepolicy.difference;

import java.util.List;
import java.util.random.RandomGenerator;

/** Requests of which stories take one or another. */
final class Choices {

    /** Bytes behind which Redis closes. */
    static final List<String> VIOLATIONS = List.of(
            "*abc\r\n",
            "*3000000000\r\n",
            "*1\r\n$abc\r\n",
            "*1\r\n$-1\r\n",
            "*1\r\n:1\r\n",
            "\"PING\r\n",
            "'PING'x\r\n");

    private final RandomGenerator random;
    private final Words words;

    Choices(RandomGenerator random, Words words) {
        this.random = random;
        this.words = words;
    }

    Request listWaiter(String key, String other) {
        return switch (random.nextInt(6)) {
            case 0 -> Request.of("BLPOP", other, key, "0");
            case 1 -> Request.of("BRPOP", key, "0");
            case 2 -> Request.of("BLMOVE", key, words.key("list"), "LEFT", "RIGHT", "0");
            case 3 -> Request.of("BRPOPLPUSH", key, other, "0");
            case 4 -> Request.of("BLMPOP", "0", "2", key, other, "LEFT", "COUNT", "2");
            default -> Request.of("BLPOP", key, "0");
        };
    }

    Request sortedWaiter(String key, String other) {
        return switch (random.nextInt(3)) {
            case 0 -> Request.of("BZPOPMIN", key, other, "0");
            case 1 -> Request.of("BZPOPMAX", other, key, "0");
            default -> Request.of("BZMPOP", "0", "1", key, "MIN");
        };
    }

    /** Nobody feeds these keys. */
    Request timedOut() {
        return switch (random.nextInt(6)) {
            case 0 -> Request.of("BLPOP", "never", "0.01");
            case 1 -> Request.of("BLMOVE", "never", "never2", "LEFT", "LEFT", "0.02");
            case 2 -> Request.of("XREAD", "BLOCK", "15", "STREAMS", "never", "$");
            case 3 -> Request.of("BZPOPMIN", "never", "0.01");
            case 4 -> Request.of("WAIT", "1", "10");
            default -> Request.of("BLPOP", "never", random.nextBoolean() ? "-1" : "soon");
        };
    }

    Request hello() {
        return switch (random.nextInt(8)) {
            case 0 -> Request.of("HELLO", "2");
            case 1, 2 -> Request.of("HELLO", "3");
            case 3 -> Request.of("HELLO", "3", "SETNAME", "app");
            case 4 -> Request.of("HELLO", "4");
            case 5 -> Request.of("HELLO", "three");
            case 6 -> Request.of("HELLO", "3", "BOGUS");
            default -> Request.of("HELLO", "2", "AUTH", "nobody", "nothing");
        };
    }
}
