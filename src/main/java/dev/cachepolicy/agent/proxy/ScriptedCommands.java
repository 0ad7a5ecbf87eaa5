package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.Command;
import java.util.Map;

/**
 * The commands that a script can carry out with the same reply: a status, a string, a nil or a number that Lua's
 * numbers hold. INCR and its kin are none, because theirs may be longer; nor is what gives a double, or what Redis
 * would refuse when it is queued, for its number of arguments.
 */
final class ScriptedCommands {

    /** Numbers of arguments, with the verb. */
    private record Arguments(int least, int most) {}

    private static final int ANY = Integer.MAX_VALUE;

    private static final Map<String, Arguments> BY_VERB = Map.ofEntries(
            Map.entry("DEL", new Arguments(2, ANY)),
            Map.entry("UNLINK", new Arguments(2, ANY)),
            Map.entry("GETDEL", new Arguments(2, 2)),
            Map.entry("GETEX", new Arguments(4, 4)),
            Map.entry("EXPIRE", new Arguments(3, 4)),
            Map.entry("PEXPIRE", new Arguments(3, 4)),
            Map.entry("EXPIREAT", new Arguments(3, 4)),
            Map.entry("PEXPIREAT", new Arguments(3, 4)),
            Map.entry("RENAME", new Arguments(3, 3)),
            Map.entry("RENAMENX", new Arguments(3, 3)),
            Map.entry("MOVE", new Arguments(3, 3)),
            Map.entry("COPY", new Arguments(3, 6)),
            Map.entry("SET", new Arguments(3, ANY)),
            Map.entry("SETNX", new Arguments(3, 3)),
            Map.entry("GETSET", new Arguments(3, 3)),
            Map.entry("APPEND", new Arguments(3, 3)),
            Map.entry("SETRANGE", new Arguments(4, 4)));

    private ScriptedCommands() {}

    static boolean isOne(Command command) {
        Arguments arguments = BY_VERB.get(command.spec().verb());
        return arguments != null && command.count() >= arguments.least() && command.count() <= arguments.most();
    }
}
