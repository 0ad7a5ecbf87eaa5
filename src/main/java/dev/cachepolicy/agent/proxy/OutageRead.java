package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandWriter;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** A GET while Redis does not answer, that waits for the value which another reader of this pod loads. */
final class OutageRead implements ClientOutput.Keeper {

    private final Fence.Read read;
    private final @Nullable Observation observation;
    private final Loss loss;
    private final Client client;
    private final ReplyRouter replies;
    private final OutageLoads loads;
    private final Patience patience;
    private final ClientOutput.Place place;
    private final long arrival;
    private boolean ended;

    OutageRead(
            Fence.Read read,
            @Nullable Observation observation,
            Loss loss,
            Client client,
            ReplyRouter replies,
            OutageLoads loads,
            EventLoop loop) {
        this.read = read;
        this.observation = observation;
        this.loss = loss;
        this.client = client;
        this.replies = replies;
        this.loads = loads;
        this.patience = new Patience(read.policy().fencing(), read.policy().counters(), loop, this::mustEnd);
        this.arrival = client.arrival;
        this.place = client.out.keepPlace(this);
        client.held++;
        patience.waits();
        loads.join(read, this);
    }

    /** The load it waited for came to nothing: it loads, or waits for the one who does. */
    void again() {
        if (ended) {
            return;
        }
        if (loads.begins(read)) {
            giveNil();
        } else {
            loads.join(read, this);
        }
    }

    /** The value is there. */
    void give(byte[] value) {
        if (ended) {
            return;
        }
        CommandWriter.argument(place.room(value.length), value);
        if (observation != null) {
            observation.coalesced(System.nanoTime() - arrival);
        }
        end();
    }

    private void giveNil() {
        replies.substitute(place.room(0), read, observation, loss);
        end();
    }

    private void end() {
        leave();
        place.close();
        client.held--;
        replies.upstreamWritable();
    }

    private void leave() {
        ended = true;
        patience.stop();
        loads.leave(read, this);
    }

    @Override
    public void blocks() {
        patience.blocks();
    }

    @Override
    public void mustEnd() {
        if (!ended) {
            read.policy().counters().unleased(patience.reason());
            giveNil();
        }
    }

    @Override
    public void gone() {
        if (!ended) {
            leave();
        }
    }
}
