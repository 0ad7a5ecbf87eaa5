package dev.cachepolicy.agent.proxy;

import io.netty.buffer.ByteBuf;

/** Takes one kind of reply for a client, and leaves everything else to the target of the client's replies. */
abstract class ForwardingTarget implements ReplyTarget {

    private final ReplyTarget client;

    ForwardingTarget(ReplyTarget client) {
        this.client = client;
    }

    @Override
    public void expected() {
        client.expected();
    }

    @Override
    public void answered() {
        client.answered();
    }

    @Override
    public void replyBytes(ByteBuf in, int from, int to) {}

    @Override
    public void settle() {
        client.settle();
    }

    @Override
    public void give(ReplySlot.Local local) {
        client.give(local);
    }

    @Override
    public void readComplete() {
        client.readComplete();
    }

    @Override
    public void lost(boolean insideReply) {
        client.lost(insideReply);
    }
}
