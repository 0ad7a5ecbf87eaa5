package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.policy.Fencing;
import dev.cachepolicy.resp.ReplyFramer;
import java.time.Duration;

/** Asks Redis, after a nil, under which nonce the key is loaded and by whom. */
final class MissCommand {

    private static final byte[] KEY_AND_FENCE = Handshake.ascii("2");
    private static final int ARGUMENTS = 6;

    /** The value is not to be loaded anew while it is there. */
    static final long ONLY_IF_ABSENT = -1;

    private MissCommand() {}

    /**
     * Writes it.
     *
     * @param early milliseconds that a value may still have to live if it is to be loaded anew; or {@link #ONLY_IF_ABSENT}
     */
    static void write(UpstreamConnection upstream, byte[] key, Fencing fencing, Nonce fresh, long early) {
        upstream.script(Script.MISS, early < 0 ? ARGUMENTS : ARGUMENTS + 1);
        upstream.argument(KEY_AND_FENCE);
        upstream.argument(key);
        upstream.argument(FenceKeys.fence(key));
        upstream.argument(Handshake.ascii(fresh.value()));
        upstream.argument(millis(fencing.fenceTime()));
        upstream.argument(millis(fencing.lockTimeout()));
        if (early >= 0) {
            upstream.argument(Handshake.ascii(Long.toString(early)));
        }
    }

    private static byte[] millis(Duration duration) {
        return Handshake.ascii(Long.toString(duration.toMillis()));
    }

    /** {@return the nonce that its reply gives} After an error, or when the key has a value again, it is none that counts. */
    static Nonce nonce(ReplyFramer reply) {
        return reply.type().isError() || reply.name().isEmpty() ? Nonce.NEVER : new Nonce(reply.name());
    }
}
