package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FenceCounters.Unleased;
import dev.cachepolicy.agent.policy.Fencing;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandWriter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A GET while Redis does not answer, that waits for the value which another reader of this pod loads. */
final class OutageRead implements ClientOutput.Keeper {

    private final Fence.Read read;
    private final @Nullable Observation observation;
    private final Loss loss;
    private final Client client;
    private final ReplyRouter replies;
    private final OutageLoads loads;
    private final EventLoop loop;
    private final ClientOutput.Place place;
    private final long arrival;
    private final long since = System.nanoTime();
    private @Nullable Future<?> timer;
    private Unleased reason = Unleased.MaxWait;
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
        this.loop = loop;
        this.arrival = client.arrival;
        this.place = client.out.keepPlace(this);
        client.held++;
        read.policy().counters().waits();
        endWithin(fencing().maxWait());
        loads.join(read, this);
    }

    private Fencing fencing() {
        return read.policy().fencing();
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
        if (timer != null) {
            timer.cancel(false);
        }
        loads.leave(read, this);
        read.policy().counters().waited(System.nanoTime() - since);
    }

    private void endWithin(Duration time) {
        if (timer != null) {
            timer.cancel(false);
        }
        timer = loop.schedule(this::mustEnd, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void blocks() {
        Duration most = fencing().maxBlock();
        long left = fencing().maxWait().toNanos() - (System.nanoTime() - since);
        if (!ended && most.toNanos() < left) {
            reason = Unleased.MaxBlock;
            endWithin(most);
        }
    }

    @Override
    public void mustEnd() {
        if (!ended) {
            read.policy().counters().unleased(reason);
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
