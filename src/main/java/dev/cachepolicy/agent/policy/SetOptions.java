package dev.cachepolicy.agent.policy;

import dev.cachepolicy.resp.Command;
import org.jspecify.annotations.Nullable;

/**
 * The options of SET or GETEX.
 *
 * @param expiryAt position of EX, PX, EXAT or PXAT; 0: none
 * @param millis the expiry from now; {@value #ABSOLUTE}: a point in time
 * @param nx SET only
 * @param certain SET only: neither NX nor XX nor GET, so that its reply is OK
 * @param keepTtl SET only
 * @param persist GETEX only
 */
record SetOptions(int expiryAt, long millis, boolean nx, boolean certain, boolean keepTtl, boolean persist) {

    static final long ABSOLUTE = -1;

    /** {@return the options from a position on, or null where Redis will answer with an error} */
    static @Nullable SetOptions parse(Command command, int from) {
        int expiryAt = 0;
        long millis = 0;
        boolean nx = false;
        boolean xx = false;
        boolean get = false;
        boolean keepTtl = false;
        boolean persist = false;
        for (int i = from; i < command.count(); i++) {
            if (command.is(i, "NX")) {
                nx = true;
            } else if (command.is(i, "XX")) {
                xx = true;
            } else if (command.is(i, "KEEPTTL")) {
                keepTtl = true;
            } else if (command.is(i, "PERSIST")) {
                persist = true;
            } else if (command.is(i, "GET")) {
                get = true;
            } else {
                if (expiryAt != 0 || i + 1 == command.count()) {
                    return null;
                }
                expiryAt = i;
                millis = millis(command, i++);
                if (millis == Command.NOT_AN_INTEGER) {
                    return null;
                }
            }
        }
        boolean contradicts = (nx && xx) || (expiryAt != 0 && (keepTtl || persist));
        boolean certain = !nx && !xx && !get;
        return contradicts ? null : new SetOptions(expiryAt, millis, nx, certain, keepTtl, persist);
    }

    private static long millis(Command command, int option) {
        if (command.is(option, "EX")) {
            return seconds(command.integer(option + 1));
        }
        if (command.is(option, "PX")) {
            return positive(command.integer(option + 1));
        }
        boolean absolute = command.is(option, "EXAT") || command.is(option, "PXAT");
        return absolute && positive(command.integer(option + 1)) > 0 ? ABSOLUTE : Command.NOT_AN_INTEGER;
    }

    /** {@return seconds in milliseconds, or {@link Command#NOT_AN_INTEGER} where Redis refuses them} */
    static long seconds(long seconds) {
        return seconds > 0 && seconds <= Long.MAX_VALUE / 1000 ? seconds * 1000 : Command.NOT_AN_INTEGER;
    }

    static long positive(long number) {
        return number > 0 ? number : Command.NOT_AN_INTEGER;
    }
}
