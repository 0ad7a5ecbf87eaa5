package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.policy.Fencing;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyFramer;
import java.time.Duration;

/** Asks Redis, after a nil, under which nonce the key is loaded and by whom. */
final class MissCommand {

    private static final byte[] KEY_AND_FENCE = Handshake.ascii("2");
    private static final int ARGUMENTS = 6;

    private MissCommand() {}

    /** Writes it. */
    static void write(UpstreamConnection upstream, byte[] key, Fencing fencing, Nonce fresh) {
        upstream.script(Script.MISS, ARGUMENTS);
        argument(upstream, KEY_AND_FENCE);
        argument(upstream, key);
        argument(upstream, FenceKeys.fence(key));
        argument(upstream, Handshake.ascii(fresh.value()));
        argument(upstream, millis(fencing.fenceTime()));
        argument(upstream, millis(fencing.lockTimeout()));
    }

    private static void argument(UpstreamConnection upstream, byte[] argument) {
        CommandWriter.argument(upstream.out().room(argument.length), argument);
    }

    private static byte[] millis(Duration duration) {
        return Handshake.ascii(Long.toString(duration.toMillis()));
    }

    /** {@return the nonce that its reply gives} After an error, or when the key has a value again, it is none that counts. */
    static Nonce nonce(ReplyFramer reply) {
        return reply.type().isError() || reply.name().isEmpty() ? Nonce.NEVER : new Nonce(reply.name());
    }
}
