package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandWriter;
import io.netty.channel.EventLoop;

/** A GET while Redis does not answer, that waits for the value which another reader of this pod loads. */
final class OutageRead implements ClientOutput.Keeper {

    private final Fence.Read read;
    private final Observation observation;
    private final Fences fences;
    private final Client client;
    private final ReplyRouter replies;
    private final OutageLoads loads;
    private final Patience patience;
    private final ClientOutput.Place place;
    private final long arrival;
    private Nonce nonce;
    private boolean ended;

    OutageRead(
            Fence.Read read,
            Observation observation,
            Fences fences,
            Client client,
            ReplyRouter replies,
            OutageLoads loads,
            EventLoop loop) {
        this.read = read;
        this.observation = observation;
        this.fences = fences;
        this.client = client;
        this.replies = replies;
        this.loads = loads;
        this.patience = new Patience(read.policy().fencing(), read.policy().counters(), loop, this::mustEnd);
        this.arrival = client.arrival;
        this.place = client.out.keepPlace(this);
        client.held++;
        patience.waits();
        nonce = loads.join(read, this);
    }

    /** The load it waited for came to nothing: it loads, or waits for the one who does. */
    void again() {
        if (ended) {
            return;
        }
        Nonce begun = loads.begin(read, fences);
        if (begun == null) {
            nonce = loads.join(read, this);
        } else {
            nonce = begun;
            giveNil();
        }
    }

    /** The value is there. */
    void give(byte[] value) {
        if (ended) {
            return;
        }
        CommandWriter.argument(place.room(value.length), value);
        observation.coalesced(System.nanoTime() - arrival);
        end();
    }

    private void giveNil() {
        fences.begun(read, nonce);
        observation.answerAbsent(place.room(0), client.session.resp3());
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
