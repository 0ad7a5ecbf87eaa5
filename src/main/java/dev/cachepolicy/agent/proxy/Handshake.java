package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.proxy.UpstreamFailure.Kind;
import dev.cachepolicy.resp.ReplyFramer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said on a new connection before the first command of a client. */
final class Handshake {

    static final UpstreamFailure LOADING = new UpstreamFailure(Kind.Connect, "it is loading its data");

    private Handshake() {}

    /** {@return whether Redis says that it has no data yet} */
    static boolean isLoading(ReplyFramer reply) {
        return reply.type().isError() && reply.errorCode().equals("LOADING");
    }

    /**
     * A command of it.
     *
     * @param ifRefused what an error makes of the connection; null: nothing
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; written to a socket
    record Step(byte[][] command, @Nullable Kind ifRefused) {

        static Step of(@Nullable Kind ifRefused, String... words) {
            byte[][] command = new byte[words.length][];
            for (int i = 0; i < words.length; i++) {
                command[i] = ascii(words[i]);
            }
            return new Step(command, ifRefused);
        }

        /** {@return what a reply makes of the connection, null: nothing} While it loads its data Redis is of no use. */
        @Nullable
        UpstreamFailure failure(ReplyFramer reply) {
            if (isLoading(reply)) {
                return LOADING;
            }
            String verb = new String(command[0], StandardCharsets.US_ASCII);
            return ifRefused != null && reply.type().isError()
                    ? new UpstreamFailure(ifRefused, verb + " was refused: " + reply.errorCode())
                    : null;
        }
    }

    /** {@return the steps that bring a connection to where a client's session stands} */
    static List<Step> of(@Nullable Credentials credentials, Session session) {
        List<Step> steps = new ArrayList<>();
        if (credentials != null) {
            steps.add(new Step(credentials.auth(), Kind.Refused));
        }
        steps.addAll(session.replay());
        return steps;
    }

    /** {@return the steps that show that Redis answers: any answer to PING will do, but that it is loading} */
    static List<Step> probe(@Nullable Credentials credentials) {
        List<Step> steps = of(credentials, Session.INITIAL);
        steps.add(Step.of(null, "PING"));
        return steps;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
