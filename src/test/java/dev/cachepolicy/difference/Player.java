package dev.cachepolicy.difference;

import dev.cachepolicy.difference.ClientModel.Sentinel;
import dev.cachepolicy.difference.History.Step;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Plays one history against one port and writes down what comes back.
 *
 * <p><b>When a step is over.</b> Never by waiting a while. Behind its requests a client asks something that is answered in
 * every state (see {@link ClientModel}); when that reply has come, everything before it has. A client that blocks gets it
 * later: then the step is over when Redis says that it has as many blocked clients as still wait here. A client that may
 * hear something unasked, a message or an invalidation, is asked likewise at the end of each step: Redis has written what
 * a command gives to others before it answers the command.
 */
final class Player implements AutoCloseable {

    /** How often Redis is asked whether clients block, while nothing comes. */
    private static final long SELECT_MILLIS = 2;

    private final int port;
    private final TestedRedis redis;
    private final Duration patience;
    private final Selector selector = Selector.open();
    private final Map<Integer, Seat> seats = new HashMap<>();
    private final Transcript transcript = new Transcript();
    private final Wire barrier;
    private int tokens;

    /** A client: its connection, what it waits for. */
    private static final class Seat {
        final Wire wire;
        final ClientModel model = new ClientModel();
        byte[] awaited = {};
        int times;
        boolean waits;
        boolean mayBlock;

        Seat(Wire wire) {
            this.wire = wire;
        }

        boolean isDone() {
            return !waits || wire.hasEnded() || (times > 0 && wire.has(awaited, times));
        }
    }

    /** Something that should have come has not. */
    private static final class NoReplyException extends Exception {
        private static final long serialVersionUID = 1;
    }

    private Player(int port, TestedRedis redis, Duration patience) throws IOException {
        this.port = port;
        this.redis = redis;
        this.patience = patience;
        this.barrier = new Wire(port, selector);
    }

    /**
     * {@return what the clients receive when they do this}
     *
     * @param port of the Redis, or of what stands before it
     * @param patience after which a reply that has not come is taken to be missing; the history ends with it
     */
    static Transcript play(History history, int port, TestedRedis redis, Duration patience) throws IOException {
        redis.clear();
        try (Player player = new Player(port, redis, patience)) {
            player.play(history);
            return player.transcript;
        }
    }

    private void play(History history) throws IOException {
        try {
            for (Step step : history.steps()) {
                transcript.begin();
                play(step);
                record();
            }
            transcript.begin();
            List<Seat> idle =
                    seats.values().stream().filter(seat -> !seat.waits).toList();
            idle.forEach(this::ask);
            await(() -> idle.stream().allMatch(Seat::isDone));
            record();
        } catch (NoReplyException e) {
            seats.forEach((client, seat) ->
                    transcript.received(client, seat.wire.take() + (seat.isDone() ? "" : Transcript.NO_REPLY)));
        }
    }

    private void play(Step step) throws IOException, NoReplyException {
        for (Turn turn : step.turns()) {
            begin(turn);
        }
        await(() -> isSettled(step));
        List<Seat> hearers = seats.values().stream()
                .filter(seat -> seat.model.hears() && !seat.waits && !seat.wire.hasEnded())
                .toList();
        hearers.forEach(this::ask);
        await(() -> hearers.stream().allMatch(Seat::isDone));
    }

    private void begin(Turn turn) throws IOException, NoReplyException {
        Seat seat = seats.get(turn.client());
        if (turn.ending() == Turn.Ending.Gone) {
            if (seat != null) {
                seat.wire.close();
                seats.remove(turn.client());
            }
            return;
        }
        if (seat == null) {
            seat = new Seat(new Wire(port, selector));
            seats.put(turn.client(), seat);
        }
        if (seat.waits) {
            return; // it still blocks: without the one who should have fed it, as shrinking makes it
        }
        seat.mayBlock =
                !seat.model.isInTransaction() && turn.requests().stream().anyMatch(Blocking::waitsForOthers);
        seat.model.apply(turn.requests());
        List<String> pieces = turn.pieces();
        for (String piece : pieces.subList(0, pieces.size() - 1)) {
            seat.wire.send(piece);
            await(seat.wire::hasSentAll);
            passBarrier();
        }
        seat.wire.send(pieces.getLast());
        if (seat.model.isClosing() || turn.ending() == Turn.Ending.HalfClosed) {
            seat.times = 0;
            seat.waits = true;
            if (turn.ending() == Turn.Ending.HalfClosed) {
                seat.wire.endOutput();
            }
        } else {
            ask(seat);
        }
    }

    private void ask(Seat seat) {
        Sentinel sentinel = seat.model.sentinel("sentinel" + tokens++);
        seat.wire.send(sentinel.request());
        seat.awaited = sentinel.end().getBytes(StandardCharsets.ISO_8859_1);
        seat.times = sentinel.times();
        seat.waits = true;
        seat.model.asked();
    }

    /** What was sent on other connections before this has been read when this returns. */
    private void passBarrier() throws NoReplyException {
        barrier.send("PING\r\n");
        await(() -> barrier.has("+PONG\r\n".getBytes(StandardCharsets.ISO_8859_1), 1));
        barrier.take();
    }

    private boolean isSettled(Step step) {
        List<Seat> waiting =
                seats.values().stream().filter(seat -> !seat.isDone()).toList();
        boolean someoneLeft = step.turns().stream().anyMatch(turn -> turn.ending() == Turn.Ending.Gone);
        if (waiting.isEmpty() && !someoneLeft) {
            return true;
        }
        return waiting.stream().allMatch(seat -> seat.mayBlock) && waiting.size() == redis.blockedClients();
    }

    private void await(BooleanSupplier done) throws NoReplyException {
        long end = System.nanoTime() + patience.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new NoReplyException();
            }
            try {
                selector.select(SELECT_MILLIS);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            for (SelectionKey key : selector.selectedKeys()) {
                ((Wire) key.attachment()).progress(key.readyOps());
            }
            selector.selectedKeys().clear();
        }
    }

    /** Takes what the clients whose replies are complete have received. */
    private void record() throws IOException {
        for (int client : new ArrayList<>(seats.keySet())) {
            Seat seat = seats.get(client);
            if (!seat.isDone()) {
                continue;
            }
            seat.waits = false;
            transcript.received(client, seat.wire.take());
            if (seat.wire.hasEnded()) {
                transcript.received(client, Transcript.CLOSED);
                seat.wire.close();
                seats.remove(client);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Seat seat : seats.values()) {
            seat.wire.close();
        }
        barrier.close();
        selector.close();
    }
}
