package dev.cachepolicy.difference;

import java.util.List;
import java.util.random.RandomGenerator;

/** Random arguments by kind. Few of each, so that commands and clients meet. */
final class Words {

    /** Half a lifetime away, so that a reply that tells how far does not tell when it was asked. */
    static final String FAR_SECONDS = "1000000000";

    private static final String FAR_MILLIS = FAR_SECONDS + "000";

    /** The year 2100, and 1970. */
    private static final List<String> TIMES = List.of("4102444800", "4102444800000", "1", "-5", "never");

    private static final List<String> TYPES =
            List.of("str", "num", "bits", "list", "set", "ints", "hash", "zset", "stream", "hll", "geo");

    private static final List<String> INTEGERS = List.of(
            "0",
            "1",
            "2",
            "3",
            "-1",
            "-2",
            "7",
            "10",
            "100",
            "-100",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "1.5",
            "abc",
            "",
            " 1",
            "007");

    private static final List<String> FLOATS =
            List.of("0", "1", "-1", "0.5", "3.0e3", "-2.25", "1e300", "inf", "-inf", "nan", "abc");

    private static final List<String> SCRIPTS = List.of(
            "return 1",
            "return {1, 2, {'three', false, true}, 4.9}",
            "return redis.call('GET', KEYS[1])",
            "return redis.call('SET', KEYS[1], ARGV[1])",
            "return redis.pcall('LPUSH', KEYS[1], ARGV[1])",
            "return redis.call('LRANGE', KEYS[1], 0, -1)",
            "return {ok = 'FINE'}",
            "return redis.error_reply('MY error')",
            "return redis.status_reply('done')",
            "return redis.call('NOSUCH', KEYS[1])",
            "redis.setresp(3) return redis.call('HGETALL', KEYS[1])",
            "redis.setresp(3) return {map = {a = 1}}",
            "return {double = 3.25}",
            "return nil",
            "error('thrown')",
            "syntax error here",
            "return redis.call('PUBLISH', 'news', ARGV[1] or '-')",
            "return redis.sha1hex('x')",
            "redis.call('SELECT', 1) return redis.call('DBSIZE')",
            "return #KEYS + #ARGV");

    private static final List<String> HASHES = List.of(
            "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", // return 1
            "d3c21d0c2b9ca22f82737626a27bcaf5d288f99f", // return redis.call('GET', KEYS[1])
            "0000000000000000000000000000000000000000",
            "short");

    private static final List<String> LIBRARIES =
            List.of("""
            #!lua name=lib
            redis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)
            redis.register_function{function_name='look', callback=function(keys) return redis.call('GET', keys[1]) end, flags={'no-writes'}}
            redis.register_function('fail', function() return redis.error_reply('NO way') end)
            """, "#!lua name=lib\nnot lua", "#!js name=lib\n", "no header");

    private static final List<String> UNKNOWN =
            List.of("NOSUCH", "FOO.BAR", "get2", "\u0000\u0001", "", "GE T", "x".repeat(150), "\r\n", "\u00ff\u00fe");

    private static final String DUMP = "\u0000\u0003abc\n\u0000\u00d9\u00ac0=Ar\u00a2\u00e2";

    private final RandomGenerator random;
    private String prefix = "";

    Words(RandomGenerator random) {
        this.random = random;
    }

    /** Keys are from now on those of one client alone; -1: those of all. */
    void ownOf(int client) {
        prefix = client < 0 ? "" : "of" + client + ":";
    }

    boolean areOwn() {
        return !prefix.isEmpty();
    }

    /** {@return a random word of the kind that is named within angle brackets, or the word itself} */
    String of(String word) {
        if (!word.startsWith("<") || !word.endsWith(">")) {
            return word;
        }
        String kind = word.substring(1, word.length() - 1);
        return switch (kind) {
            case "any" -> key(pick(TYPES));
            case "single" -> prefix + "single";
            case "val" -> value();
            case "member" -> member();
            case "field" -> "f" + random.nextInt(6);
            case "int" -> pick(INTEGERS);
            case "count" -> String.valueOf(random.nextInt(-2, 6));
            case "offset" -> String.valueOf(random.nextInt(-1, 300));
            case "bit" -> String.valueOf(random.nextInt(-1, 2000));
            case "float", "score" -> pick(FLOATS);
            case "seconds" -> pick(List.of(FAR_SECONDS, FAR_SECONDS, FAR_SECONDS, "0", "-1", "abc"));
            case "millis" -> pick(List.of(FAR_MILLIS, FAR_MILLIS, FAR_MILLIS, "0", "-1", "1e3"));
            case "at" -> pick(TIMES);
            case "future" -> pick(List.of("4102444800", "4102444800000", "-5"));
            case "db" -> pick(List.of("0", "1", "2", "15", "16", "-1", "one"));
            case "id" -> pick(List.of("1", "5-*", "9-9", "0-0", "3-x"));
            case "longitude", "latitude" -> String.valueOf(random.nextInt(-60, 95));
            case "lua" -> pick(SCRIPTS);
            case "sha" -> pick(HASHES);
            case "library" -> pick(LIBRARIES);
            case "dump" -> DUMP;
            case "channel" -> channel();
            case "unknown" -> pick(UNKNOWN);
            default -> {
                if (!TYPES.contains(kind)) {
                    throw new IllegalArgumentException(word + " in commands.txt");
                }
                yield key(random.nextInt(30) == 0 ? pick(TYPES) : kind);
            }
        };
    }

    String key(String type) {
        return prefix + type + ":" + random.nextInt(4);
    }

    String channel() {
        return prefix + pick(List.of("news", "sport", "chat", ""));
    }

    String member() {
        return pick(List.of("a", "b", "c", "m1", "m2", "zz", "", "\u0000\u00ff\r\n", "12", "longer member here"));
    }

    /** Mostly short, now and then longer than every buffer. */
    private String value() {
        int dice = random.nextInt(10_000);
        if (dice < 8000) {
            return member();
        }
        int length = random.nextInt(dice < 9900 ? 200 : dice < 9980 ? 5000 : dice < 9999 ? 70_000 : 1_300_000);
        char c = (char) random.nextInt(256);
        return String.valueOf(c).repeat(length);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
