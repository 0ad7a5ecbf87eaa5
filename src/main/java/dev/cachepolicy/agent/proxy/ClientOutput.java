package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.ByteSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client is sent, in the order of its commands, although a reply may be known later than those behind it: it
 * keeps a place, and what comes behind the place waits in memory.
 *
 * <pre>
 *   to the socket | place, empty yet | bytes | place, filled | bytes
 *                   ^ filled next      ^ kept until then
 * </pre>
 *
 * <p>While no place is kept it adds nothing to the {@link OutputBatch}: no copy, no allocation. Bytes for the first place
 * stream, too. What waits is bounded: whoever keeps a place is told as soon as something waits behind it, and when that
 * is more than {@link #MOST_KEPT} must give it up.
 */
final class ClientOutput implements ByteSink {

    /** Of one client; many may wait at a time. */
    static final int MOST_KEPT = 256 << 10;

    /** Keeps a place. */
    interface Keeper {

        /** Something waits behind the place. Told once. */
        void blocks();

        /** Too much does: the place must be filled and closed now, unless that has begun. */
        void mustEnd();

        /** The client is gone. */
        void gone();
    }

    /** Where a reply will stand. */
    final class Place implements ByteSink {

        /** Null: what stands between places, which is as it will be. */
        private final @Nullable Keeper keeper;

        private final ByteBuf kept = Unpooled.buffer(0);
        private boolean open;
        private boolean told;

        private Place(@Nullable Keeper keeper) {
            this.keeper = keeper;
            this.open = keeper != null;
        }

        @Override
        public ByteBuf room(int bytes) {
            return isFirst() ? batch.room(bytes) : kept;
        }

        @Override
        public void take(ByteBuf from, int start, int end) {
            if (isFirst()) {
                batch.take(from, start, end);
            } else {
                keep(from, start, end);
            }
        }

        private void keep(ByteBuf from, int start, int end) {
            kept.writeBytes(from, start, end - start);
            keptBytes += end - start;
            if (keptBytes > MOST_KEPT) {
                endAll();
            }
        }

        @SuppressWarnings("ReferenceEquality") // places have identity
        private boolean isFirst() {
            return places.peekFirst() == this;
        }

        /** Nothing more comes here. */
        void close() {
            if (!open) {
                return;
            }
            open = false;
            if (isFirst()) {
                forward();
            } else {
                tellBlocking();
            }
        }
    }

    private final OutputBatch batch;
    private final Deque<Place> places = new ArrayDeque<>(0);

    /** Of replies that were passed on by Redis; what the agent writes itself is short and not counted. */
    private long keptBytes;

    private @Nullable Runnable last;

    ClientOutput(OutputBatch batch) {
        this.batch = batch;
    }

    /** {@return a place for the reply that would be written now} All replies that come before it must have been. */
    Place keepPlace(Keeper keeper) {
        Place place = new Place(keeper);
        places.add(place);
        return place;
    }

    @Override
    public ByteBuf room(int bytes) {
        return places.isEmpty() ? batch.room(bytes) : behind().kept;
    }

    @Override
    public void take(ByteBuf from, int start, int end) {
        if (places.isEmpty()) {
            batch.take(from, start, end);
            return;
        }
        behind().keep(from, start, end);
    }

    private void endAll() {
        for (Place place : List.copyOf(places)) {
            if (place.open && place.keeper != null) {
                place.keeper.mustEnd();
            }
        }
    }

    private Place behind() {
        Place last = places.getLast();
        if (last.keeper == null) {
            return last;
        }
        Place between = new Place(null);
        places.add(between);
        tellBlocking();
        return between;
    }

    /** Something waits behind every place that is kept now; it may be a command that is not sent before. */
    void tellBlocking() {
        List<Place> untold = new ArrayList<>();
        // Whoever was told once was told together with all before.
        for (Iterator<Place> newest = places.descendingIterator(); newest.hasNext(); ) {
            Place place = newest.next();
            if (place.told) {
                break;
            }
            place.told = true;
            if (place.open) {
                untold.add(place);
            }
        }
        for (Place place : untold.reversed()) {
            if (place.open && place.keeper != null) {
                place.keeper.blocks();
            }
        }
    }

    /** Does something when no place is kept any more, which may be now. Once. */
    void afterPlaces(Runnable action) {
        if (places.isEmpty()) {
            action.run();
        } else {
            last = action;
        }
    }

    /** Sends what nothing stands before any more. */
    private void forward() {
        while (!places.isEmpty()) {
            Place first = places.getFirst();
            pass(first.kept);
            if (first.open) {
                return;
            }
            places.removeFirst();
            first.kept.release();
        }
        Runnable action = last;
        if (action != null) {
            last = null;
            action.run();
        }
    }

    private void pass(ByteBuf kept) {
        if (kept.isReadable()) {
            keptBytes = Math.max(0, keptBytes - kept.readableBytes());
            batch.take(kept, 0, kept.writerIndex());
            batch.settle();
            kept.clear();
        }
    }

    /** Lets go of the buffer taken from last. */
    void settle() {
        batch.settle();
    }

    void flush() {
        batch.flush();
    }

    /** {@return bytes that wait for the socket or behind a place} */
    long pending() {
        return batch.pending() + keptBytes;
    }

    /** Drops what was not written; the channel is closed. */
    void release() {
        List<Place> left = List.copyOf(places);
        places.clear();
        keptBytes = 0;
        for (Place place : left) {
            place.kept.release();
            if (place.open && place.keeper != null) {
                place.open = false;
                place.keeper.gone();
            }
        }
        batch.release();
    }
}
