package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.agent.policy.StaleKeys;
import io.netty.channel.EventLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends a client's writes that make other keys stale. */
final class TriggeringWrites {

    private final Client client;
    private final ReplyRouter replies;
    private final FencedCommands fenced;
    private final EventLoop loop;

    TriggeringWrites(Client client, ReplyRouter replies, FencedCommands fenced, EventLoop loop) {
        this.client = client;
        this.replies = replies;
        this.fenced = fenced;
        this.loop = loop;
    }

    /** Sends what makes keys stale, and removes them behind it. */
    void send(List<byte[]> stale, UpstreamConnection upstream, Settings settings, Runnable send) {
        if (stale.isEmpty()) {
            send.run();
        } else if (client.replies == Client.Replies.On) {
            TriggeringWrite write = new TriggeringWrite(stale, client, replies, upstream, settings);
            write.begin();
            send.run();
            write.end(fenced);
        } else {
            send.run();
            removeUnheard(stale, upstream);
        }
    }

    /** Removes keys behind a command that Redis does not answer, on request of its client. */
    private void removeUnheard(List<byte[]> stale, UpstreamConnection upstream) {
        boolean answered = client.replies == Client.Replies.On;
        TriggeringWrite.unlink(stale.stream().map(FenceKeys::fence).toList(), upstream);
        TriggeringWrite.unlink(stale, upstream);
        if (answered) {
            upstream.expect(ReplySlot.Swallow.INSTANCE, replies);
            upstream.expect(ReplySlot.Swallow.INSTANCE, replies);
        }
    }

    /** The same where Redis does not get the command, if it is answered all the same. */
    void withoutRedis(StaleKeys stale, @Nullable Observation observation, Settings settings) {
        boolean answered = observation != null && observation.invalidation() != null;
        if (answered && !stale.keys().isEmpty()) {
            stale.count();
            TriggeringWrite.owe(stale.keys(), settings, null);
            settings.backend().outage(loop).lifted(stale.keys());
        }
    }
}
