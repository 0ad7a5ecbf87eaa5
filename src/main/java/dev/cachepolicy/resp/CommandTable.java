package dev.cachepolicy.resp;

import dev.cachepolicy.resp.CommandSpec.Absent;
import dev.cachepolicy.resp.CommandSpec.Effect;
import dev.cachepolicy.resp.CommandSpec.Expiry;
import dev.cachepolicy.resp.CommandSpec.Pace;
import dev.cachepolicy.resp.CommandSpec.Read;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** The commands of Redis 7 and Valkey that an agent has to know. */
public final class CommandTable {

    /**
     * A row: verbs, where their keys stand (see {@link Keys#parse}), and words of the enums of {@link CommandSpec}.
     *
     * <p>DEL is not Slow, though its work grows with a collection's size: it is the everyday command of every cache, of
     * one key or a few, and what is due behind it would wait a minute for a Redis that hangs. Redis frees a million
     * elements in a fraction of a second; for larger ones there is UNLINK.
     */
    private static final String ROWS = """
            GET HGET LINDEX                          | 1      | Value Nil
            GETDEL                                   | 1      | Value
            GETEX                                    | 1      | Value Nil GetEx SeesExpiry
            MGET                                     | 1:-1   | Values Nils
            HMGET                                    | 1      | Fields NilFields
            HGETALL                                  | 1      | Collection EmptyMap
            SMEMBERS                                 | 1      | Collection EmptySet
            HKEYS HVALS LRANGE XRANGE XREVRANGE      | 1      | Collection EmptyArray
            ZRANGE ZRANGEBYSCORE ZRANGEBYLEX         | 1      | Collection EmptyArray
            ZREVRANGE ZREVRANGEBYSCORE ZREVRANGEBYLEX | 1     | Collection EmptyArray
            ZSCORE ZRANK ZREVRANK                    | 1      | Nil
            ZMSCORE                                  | 1      | NilFields
            SRANDMEMBER HRANDFIELD ZRANDMEMBER       | 1      | NilOrEmptyArray
            SINTER SUNION SDIFF                      | 1:-1   | EmptySet
            SSCAN HSCAN ZSCAN                        | 1      | EmptyScan
            GETRANGE SUBSTR                          | 1      | EmptyString
            STRLEN LLEN SCARD HLEN ZCARD XLEN        | 1      | Zero
            HEXISTS HSTRLEN SISMEMBER GETBIT         | 1      | Zero
            ZCOUNT ZLEXCOUNT BITCOUNT                | 1      | Zero
            SMISMEMBER                               | 1      | ZeroFields
            EXISTS TOUCH                             | 1:-1   | Zero
            TTL PTTL EXPIRETIME PEXPIRETIME          | 1      | MinusTwo Tells SeesExpiry
            TYPE                                     | 1      | NoType
            DUMP                                     | 1      | Nil SeesExpiry
            SORT_RO                                  | 1      | EmptyArray Slow

            DEL UNLINK                               | 1:-1   |
            SET                                      | 1      | Set
            SETEX                                    | 1      | SetEx
            PSETEX                                   | 1      | PSetEx
            GETSET SETNX APPEND SETRANGE             | 1      | Creates
            INCR DECR INCRBY DECRBY INCRBYFLOAT      | 1      | Creates
            SETBIT BITFIELD PFADD PFMERGE            | 1      | Creates
            HSET HSETNX HMSET HINCRBY HINCRBYFLOAT   | 1      | Creates
            LPUSH RPUSH LPUSHX RPUSHX LINSERT LSET   | 1      | Creates
            SADD ZADD ZINCRBY GEOADD XADD            | 1      | Creates
            MSET MSETNX                              | 1:-1:2 | Creates
            BITOP XGROUP SMOVE LMOVE RPOPLPUSH       | 2      | Creates
            BLMOVE BRPOPLPUSH                        | 2      | Creates Blocking
            SINTERSTORE SUNIONSTORE SDIFFSTORE       | 1      | Creates Slow
            ZINTERSTORE ZUNIONSTORE ZDIFFSTORE       | 1      | Creates Slow
            ZRANGESTORE GEOSEARCHSTORE               | 1      | Creates Slow
            SORT GEORADIUS GEORADIUSBYMEMBER         | STORE  | Creates Slow
            RENAME RENAMENX COPY                     | 2      | Transfers
            RESTORE                                  | 1      | Transfers
            EXPIRE                                   | 1      | Expire SeesExpiry
            PEXPIRE                                  | 1      | PExpire SeesExpiry
            EXPIREAT                                 | 1      | ExpireAt SeesExpiry
            PEXPIREAT                                | 1      | PExpireAt SeesExpiry
            PERSIST                                  | 1      | Persist SeesExpiry

            MULTI                                    | -      | Multi
            EXEC                                     | -      | Exec
            DISCARD                                  | -      | Discard
            WATCH                                    | -      | Watch
            UNWATCH                                  | -      | Unwatch
            SUBSCRIBE PSUBSCRIBE SSUBSCRIBE          | -      | Subscribe
            UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE    | -      | Unsubscribe
            MONITOR                                  | -      | Monitor
            SYNC PSYNC                               | -      | Stream Slow
            SELECT                                   | -      | Select
            HELLO                                    | -      | Hello
            AUTH                                     | -      | Auth
            RESET                                    | -      | Reset
            QUIT                                     | -      | Quit
            CLIENT                                   | -      | Client
            READONLY READWRITE ASKING                | -      | Pin

            BLPOP BRPOP BLMPOP BZPOPMIN BZPOPMAX     | -      | Blocking
            BZMPOP WAIT WAITAOF                      | -      | Blocking
            XREAD XREADGROUP                         | -      | MayBlock
            EVAL EVALSHA EVAL_RO EVALSHA_RO          | -      | Slow SeesExpiry
            FCALL FCALL_RO SCRIPT FUNCTION           | -      | Slow SeesExpiry
            KEYS FLUSHALL FLUSHDB SWAPDB SAVE        | -      | Slow
            BGSAVE BGREWRITEAOF DEBUG MIGRATE        | -      | Slow SeesExpiry
            CONFIG MEMORY MODULE CLUSTER FAILOVER    | -      | Slow
            REPLICAOF SLAVEOF SHUTDOWN OBJECT        | -      | Slow

            PING ECHO TIME INFO DBSIZE LASTSAVE ROLE | -      |
            COMMAND LATENCY SLOWLOG LOLWUT           | -      |
            SCAN RANDOMKEY MOVE                      | -      |
            PUBLISH SPUBLISH PUBSUB                  | -      |
            BITFIELD_RO BITPOS LCS PFCOUNT           | -      |
            HDEL LPOP RPOP LREM LTRIM LPOS LMPOP     | -      |
            SPOP SREM SINTERCARD                     | -      |
            ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK      | -      |
            ZREMRANGEBYSCORE ZPOPMIN ZPOPMAX ZMPOP   | -      |
            ZDIFF ZINTER ZINTERCARD ZUNION           | -      |
            GEODIST GEOHASH GEOPOS GEOSEARCH         | -      |
            GEORADIUS_RO GEORADIUSBYMEMBER_RO        | -      |
            XACK XAUTOCLAIM XCLAIM XDEL XINFO        | -      |
            XPENDING XSETID XTRIM                    | -      |
            """;

    private static final int LONGEST = 32;

    /** Open addressing over the bytes of the verb, so that a look-up makes no string. */
    private static final @Nullable CommandSpec[] SLOTS = new CommandSpec[1024];

    private static final List<CommandSpec> ALL = parse();

    static {
        for (CommandSpec spec : ALL) {
            int slot = 0;
            for (int i = 0; i < spec.verb().length(); i++) {
                slot = hash(slot, (byte) spec.verb().charAt(i));
            }
            while (SLOTS[slot & SLOTS.length - 1] != null) {
                slot++;
            }
            SLOTS[slot & SLOTS.length - 1] = spec;
        }
    }

    private CommandTable() {}

    /** {@return all commands} */
    public static List<CommandSpec> all() {
        return ALL;
    }

    /** {@return what a verb means, in whatever case it is written} */
    static CommandSpec find(ByteBuf in, int offset, int length) {
        if (length > LONGEST) {
            return CommandSpec.UNKNOWN;
        }
        int slot = 0;
        for (int i = 0; i < length; i++) {
            slot = hash(slot, Ascii.upper(in.getByte(offset + i)));
        }
        while (true) {
            CommandSpec spec = SLOTS[slot++ & SLOTS.length - 1];
            if (spec == null) {
                return CommandSpec.UNKNOWN;
            }
            if (matches(spec.verb(), in, offset, length)) {
                return spec;
            }
        }
    }

    private static boolean matches(String verb, ByteBuf in, int offset, int length) {
        if (verb.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Ascii.upper(in.getByte(offset + i)) != verb.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Without streams and regular expressions: an application's first command waits for it, in code not yet compiled. */
    private static List<CommandSpec> parse() {
        List<CommandSpec> specs = new ArrayList<>();
        StringTokenizer rows = new StringTokenizer(ROWS, "\n");
        while (rows.hasMoreTokens()) {
            StringTokenizer columns = new StringTokenizer(rows.nextToken(), "|");
            StringTokenizer verbs = new StringTokenizer(columns.nextToken(), " ");
            Keys keys = Keys.parse(columns.nextToken().strip());
            Set<String> words = columns.hasMoreTokens() ? words(columns.nextToken()) : Set.of();
            Read read = word(Read.values(), words);
            Absent absent = word(Absent.values(), words);
            Expiry expiry = word(Expiry.values(), words);
            Effect effect = word(Effect.values(), words);
            Pace pace = word(Pace.values(), words);
            boolean seesExpiry = words.contains("SeesExpiry");
            boolean sharing = effect == Effect.None && (pace == Pace.Normal || pace == Pace.MayBlock);
            while (verbs.hasMoreTokens()) {
                specs.add(new CommandSpec(
                        verbs.nextToken(), keys, read, absent, expiry, effect, pace, seesExpiry, sharing));
            }
        }
        return List.copyOf(specs);
    }

    private static Set<String> words(String column) {
        Set<String> words = new HashSet<>();
        StringTokenizer tokens = new StringTokenizer(column, " ");
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        return words;
    }

    /** The first constant is what holds when no word of the row names one. */
    private static <E extends Enum<E>> E word(E[] constants, Set<String> words) {
        for (E constant : constants) {
            if (words.contains(constant.name())) {
                return constant;
            }
        }
        return constants[0];
    }

    private static int hash(int soFar, byte b) {
        return soFar * 31 + b;
    }
}
