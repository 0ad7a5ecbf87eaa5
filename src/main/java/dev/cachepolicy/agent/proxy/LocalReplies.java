package dev.cachepolicy.agent.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/** Replies of the agent's own, in their turn among those of Redis. */
final class LocalReplies {

    private static final int USUAL_BYTES = 128;

    private final Client client;
    private final UpstreamRoute route;
    private final ReplyTarget target;
    private final Runnable end;

    /** @param end closes the connection once everything written is sent */
    LocalReplies(Client client, UpstreamRoute route, ReplyTarget target, Runnable end) {
        this.client = client;
        this.route = route;
        this.target = target;
        this.end = end;
    }

    /**
     * Answers the command at hand.
     *
     * @param closes whether the connection ends behind the reply
     */
    void give(Consumer<ByteBuf> reply, boolean closes) {
        UpstreamConnection upstream = route.current();
        if (upstream != null && client.due > 0) {
            ByteBuf later = Unpooled.buffer(USUAL_BYTES);
            reply.accept(later);
            upstream.expect(new ReplySlot.Local(later, closes), target);
            return;
        }
        reply.accept(client.out.room(USUAL_BYTES));
        if (closes) {
            end.run();
        }
    }

    /** Gives a reply that waited. */
    void give(ReplySlot.Local waited) {
        client.out.room(waited.reply().readableBytes()).writeBytes(waited.reply());
        if (waited.closes()) {
            end.run();
        }
    }
}
