package dev.cachepolicy.agent.policy;

import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandSpec;
import dev.cachepolicy.resp.CommandTable;
import dev.cachepolicy.resp.Keys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a command writes or removes. More than the keys to which policies apply: what it takes away counts, too.
 * Whether it finds anything to take away is not known, nor whether a script writes the keys that it names; both count as
 * writes. So does an expiry in the past, by this clock if it is a point in time, and no other.
 */
final class WrittenKeys {

    /** Verbs, and where their keys stand, as {@link Keys#parse} reads it. */
    private static final Map<String, String> ROWS = Map.of(
            "SET SETEX PSETEX GETSET SETNX APPEND SETRANGE INCR DECR INCRBY DECRBY INCRBYFLOAT GETDEL SETBIT BITFIELD"
                    + " PFADD PFMERGE RESTORE MOVE HSET HSETNX HMSET HINCRBY HINCRBYFLOAT HDEL LPUSH RPUSH LPUSHX RPUSHX"
                    + " LINSERT LSET LREM LTRIM LPOP RPOP SADD SREM SPOP ZADD ZINCRBY ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK"
                    + " ZREMRANGEBYSCORE ZPOPMIN ZPOPMAX GEOADD XADD XDEL XTRIM XSETID SINTERSTORE SUNIONSTORE SDIFFSTORE"
                    + " ZINTERSTORE ZUNIONSTORE ZDIFFSTORE ZRANGESTORE GEOSEARCHSTORE",
            "1",
            "DEL UNLINK",
            "1:-1",
            "MSET MSETNX",
            "1:-1:2",
            "RENAME RENAMENX SMOVE LMOVE RPOPLPUSH BLMOVE BRPOPLPUSH",
            "1:2",
            "COPY BITOP XGROUP",
            "2",
            "BLPOP BRPOP BZPOPMIN BZPOPMAX",
            "1:-2",
            "SORT GEORADIUS GEORADIUSBYMEMBER",
            "STORE");

    /** Verbs whose keys stand behind their number, and its position. */
    private static final Map<String, Integer> COUNTED =
            Map.of("LMPOP", 1, "ZMPOP", 1, "BLMPOP", 2, "BZMPOP", 2, "EVAL", 2, "EVALSHA", 2, "FCALL", 2);

    private static final IdentityHashMap<CommandSpec, Keys> KEYS = new IdentityHashMap<>();
    private static final IdentityHashMap<CommandSpec, Integer> NUMBER_AT = new IdentityHashMap<>();

    static {
        Map<String, CommandSpec> specs = new HashMap<>();
        CommandTable.all().forEach(spec -> specs.put(spec.verb(), spec));
        ROWS.forEach((verbs, keys) -> {
            for (String verb : verbs.split(" ", -1)) {
                KEYS.put(known(specs.get(verb), verb), Keys.parse(keys));
            }
        });
        COUNTED.forEach((verb, at) -> NUMBER_AT.put(known(specs.get(verb), verb), at));
    }

    private WrittenKeys() {}

    private static CommandSpec known(@Nullable CommandSpec spec, String verb) {
        if (spec == null) {
            throw new IllegalStateException(verb + " is not in the command table");
        }
        return spec;
    }

    /** {@return the keys} */
    static List<byte[]> of(Command command) {
        CommandSpec spec = command.spec();
        Keys keys = KEYS.get(spec);
        if (keys != null) {
            int first = keys.first(command);
            return first == 0 ? List.of() : copies(command, first, keys.last(command), keys.step());
        }
        Integer numberAt = NUMBER_AT.get(spec);
        if (numberAt != null) {
            long number = command.count() > numberAt ? command.integer(numberAt) : 0;
            boolean fits = number > 0 && number <= command.count() - numberAt - 1;
            return fits ? copies(command, numberAt + 1, numberAt + (int) number, 1) : List.of();
        }
        return expiresAtOnce(command, System.currentTimeMillis()) ? List.of(command.copy(1)) : List.of();
    }

    /** {@return whether a command lets its key expire at once, if a clock shows so many milliseconds since 1970} */
    static boolean expiresAtOnce(Command command, long nowMillis) {
        return switch (command.spec().expiry()) {
            case Expire, PExpire -> isOver(command, 2, 0);
            case ExpireAt -> isOver(command, 2, nowMillis / 1000);
            case PExpireAt -> isOver(command, 2, nowMillis);
            case GetEx ->
                command.count() == 4
                        && ((command.is(2, "EXAT") && isOver(command, 3, nowMillis / 1000))
                                || (command.is(2, "PXAT") && isOver(command, 3, nowMillis)));
            default -> false;
        };
    }

    private static boolean isOver(Command command, int at, long now) {
        long expiry = command.count() > at ? command.integer(at) : Command.NOT_AN_INTEGER;
        return expiry <= now && expiry != Command.NOT_AN_INTEGER;
    }

    private static List<byte[]> copies(Command command, int first, int last, int step) {
        List<byte[]> copies = new ArrayList<>();
        for (int at = first; at <= last && at < command.count(); at += step) {
            copies.add(command.copy(at));
        }
        return copies;
    }
}
