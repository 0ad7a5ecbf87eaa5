package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.proxy.UpstreamFailure.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client said of itself and Redis agreed to, or the agent while Redis was down: what a new upstream connection must be told before it can take the
 * place of a lost one.
 *
 * @param resp3 the protocol agreed by HELLO
 * @param helloSeen whether HELLO was ever agreed to
 * @param database selected
 * @param clientName of CLIENT SETNAME or HELLO SETNAME
 * @param clientInfo of CLIENT SETINFO, by attribute
 * @param pinned whether the connection has a state besides that cannot be told again, such as another user
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; written to a socket
record Session(
        boolean resp3,
        boolean helloSeen,
        int database,
        byte @Nullable [] clientName,
        SortedMap<String, byte[]> clientInfo,
        boolean pinned) {

    static final Session INITIAL = new Session(false, false, 0, null, new TreeMap<>(), false);

    Session withProtocol(boolean newResp3) {
        return new Session(newResp3, true, database, clientName, clientInfo, pinned);
    }

    Session withDatabase(int newDatabase) {
        return new Session(resp3, helloSeen, newDatabase, clientName, clientInfo, pinned);
    }

    Session withClientName(byte[] newName) {
        return new Session(resp3, helloSeen, database, newName, clientInfo, pinned);
    }

    Session withClientInfo(String attribute, byte[] value) {
        SortedMap<String, byte[]> more = new TreeMap<>(clientInfo);
        more.put(attribute, value);
        return new Session(resp3, helloSeen, database, clientName, more, pinned);
    }

    Session pin() {
        return new Session(resp3, helloSeen, database, clientName, clientInfo, true);
    }

    /** {@return the commands that make a fresh connection equal} */
    List<Handshake.Step> replay() {
        List<Handshake.Step> steps = new ArrayList<>();
        if (helloSeen) {
            steps.add(Handshake.Step.of(Kind.SessionRefused, "HELLO", resp3 ? "3" : "2"));
        }
        if (clientName != null) {
            steps.add(client("SETNAME", clientName));
        }
        clientInfo.forEach((attribute, value) -> steps.add(client("SETINFO", Handshake.ascii(attribute), value)));
        if (database != 0) {
            steps.add(Handshake.Step.of(Kind.SessionRefused, "SELECT", Integer.toString(database)));
        }
        return steps;
    }

    private static Handshake.Step client(String verb, byte[]... arguments) {
        byte[][] command = new byte[arguments.length + 2][];
        command[0] = Handshake.ascii("CLIENT");
        command[1] = Handshake.ascii(verb);
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return new Handshake.Step(command, null);
    }
}
