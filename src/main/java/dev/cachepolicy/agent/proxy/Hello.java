package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A HELLO, read as Redis reads it (helloCommand in its networking.c): from left to right, up to the first fault.
 *
 * @param protocol asked for, 0 if none is
 * @param authenticates whether it has an AUTH
 * @param clientName of its SETNAME
 * @param withoutAuth all of it but what AUTH is about
 * @param fault Redis's error for it, if what it says is wrong by itself
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; written to a socket
record Hello(
        int protocol,
        boolean authenticates,
        byte @Nullable [] clientName,
        List<Argument> withoutAuth,
        @Nullable String fault) {

    static Hello parse(Command command) {
        String fault = protocolFault(command);
        int protocol = fault == null && command.count() > 1 ? (int) command.integer(1) : 0;
        byte[] clientName = null;
        List<Argument> withoutAuth = new ArrayList<>();
        int kept = 0;
        int position = 2;
        while (position < command.count()) {
            int more = command.count() - 1 - position;
            if (command.is(position, "AUTH") && more >= 2) {
                withoutAuth.add(Argument.kept(kept, position));
                position += 3;
                kept = position;
            } else if (command.is(position, "SETNAME") && more >= 1) {
                clientName = command.copy(position + 1);
                fault = fault == null ? ClientNames.fault(clientName) : fault;
                position += 2;
            } else {
                String option = new String(command.copy(position), StandardCharsets.UTF_8);
                fault = fault == null ? "ERR Syntax error in HELLO option '" + option + "'" : fault;
                break;
            }
        }
        boolean authenticates = kept > 0;
        withoutAuth.add(Argument.kept(kept, command.count()));
        return new Hello(protocol, authenticates, clientName, List.copyOf(withoutAuth), fault);
    }

    private static @Nullable String protocolFault(Command command) {
        if (command.count() == 1) {
            return null;
        }
        long protocol = command.integer(1);
        if (protocol == Command.NOT_AN_INTEGER) {
            return "ERR Protocol version is not an integer or out of range";
        }
        return protocol == 2 || protocol == 3 ? null : "NOPROTO unsupported protocol version";
    }

    /** {@return the session once this was agreed to} */
    Session agreed(Session session) {
        Session agreed = protocol == 0 ? session : session.withProtocol(protocol == 3);
        return clientName == null ? agreed : agreed.withClientName(clientName);
    }
}
