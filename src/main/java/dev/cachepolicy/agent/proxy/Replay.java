package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Removes from Redis what is owed to it, on a connection of its own, and tells what came of it once.
 *
 * <p>First it has Redis close the connections on which these writes were sent: a Redis that hung may find them in its
 * sockets still, after it has removed the keys. Where that is not permitted it goes on all the same, as such a socket is
 * usually read before that of this connection. Then the keys, all at once. Where more was owed than fits into memory, all
 * keys of the policies in question, a few hundred at a time with a pause between, so that Redis has time for others. The
 * fences of keys go before the keys, or a load that began before could store its value in between.
 */
final class Replay implements UpstreamOwner, ReplyTarget {

    /** What came of it. */
    sealed interface Outcome {}

    /** All keys are removed. */
    record Done() implements Outcome {}

    /** Redis answered with an error. */
    record Refused(String error) implements Outcome {}

    /** The connection ended before. */
    record Cut(UpstreamFailure failure) implements Outcome {}

    /** Keys in one command: few enough that Redis is not kept from others for long. */
    private static final int KEYS = 500;

    /** With it, at most 50,000 keys a second are looked at. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    private static final byte[] CLIENT = Handshake.ascii("CLIENT");
    private static final byte[] KILL = Handshake.ascii("KILL");
    private static final byte[] ADDR = Handshake.ascii("ADDR");
    private static final byte[] UNLINK = Handshake.ascii("UNLINK");
    private static final String LAST_CURSOR = "0";

    private final Remembered owed;
    private final EventLoop loop;
    private final Consumer<Outcome> ended;
    private final Queue<List<byte[]>> unlinked = new ArrayDeque<>();
    private final ByteBuf page = Unpooled.buffer();
    private String cursor = LAST_CURSOR;
    private int due;
    private boolean begun;
    private boolean pagesLeft;
    private boolean pausing;
    private boolean scanning;

    /** Whether the fences of keys are looked for, which must be removed before any of the keys. */
    private boolean fencesFirst;

    private @Nullable UpstreamConnection connection;
    private @Nullable Outcome outcome;

    /** @param ended called on the loop */
    Replay(Remembered owed, EventLoop loop, Consumer<Outcome> ended) {
        this.owed = owed;
        this.loop = loop;
        this.ended = ended;
        this.pagesLeft = owed.isOverflowed();
        this.fencesFirst = owed.coversFences();
    }

    void start(Backend backend) {
        connection = backend.open(this, Backend.PLAIN, loop);
    }

    /** Ends it, however far it is. */
    void abandon() {
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void upstreamReady() {
        begun = true;
        owed.doubted()
                .forEach(address -> send(ReplySlot.Swallow.INSTANCE, CLIENT, KILL, ADDR, Handshake.ascii(address)));
        unlink(owed.keys().stream().map(ByteBuffer::array).toList());
        flush();
        next();
    }

    private void unlink(List<byte[]> keys) {
        for (int from = 0; from < keys.size(); from += KEYS) {
            List<byte[]> some = keys.subList(from, Math.min(keys.size(), from + KEYS));
            unlinked.add(some);
            byte[][] command = new byte[some.size() + 1][];
            command[0] = UNLINK;
            for (int i = 0; i < some.size(); i++) {
                command[i + 1] = some.get(i);
            }
            send(ReplySlot.Pass.NORMAL, command);
        }
    }

    private void scan() {
        pausing = false;
        scanning = true;
        send(
                ReplySlot.Pass.NORMAL,
                Handshake.ascii("SCAN"),
                Handshake.ascii(cursor),
                Handshake.ascii("COUNT"),
                Handshake.ascii(Integer.toString(KEYS)));
        flush();
    }

    private void send(ReplySlot slot, byte[]... command) {
        UpstreamConnection upstream = connection;
        if (upstream != null && outcome == null) {
            CommandWriter.write(upstream.out().room(0), command);
            upstream.expect(slot, this);
        }
    }

    private void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    @Override
    public void expected() {
        due++;
    }

    @Override
    public void answered() {
        due--;
    }

    @Override
    public void replyBytes(ByteBuf in, int from, int to) {
        page.writeBytes(in, from, to - from);
    }

    @Override
    public void settle() {}

    @Override
    public void give(ReplySlot.Local local) {}

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (!slot.passes()) {
            return; // whether it could be closed or not
        }
        List<byte[]> keys = scanning ? List.of() : unlinked.remove();
        if (isForeign(reply)) {
            // Neither can the application have written such a key here, nor can it read it.
            if (keys.size() > 1) {
                keys.forEach(key -> unlink(List.of(key)));
            }
        } else if (reply.type().isError()) {
            end(Handshake.isLoading(reply) ? new Cut(Handshake.LOADING) : new Refused(reply.errorCode()));
        } else if (scanning) {
            scanned();
        }
        page.clear();
    }

    /** {@return whether a key is none of those that Redis's user may touch} As Redis has worded it since 7.0, and 7.2. */
    private boolean isForeign(ReplyFramer reply) {
        return reply.errorCode().equals("NOPERM")
                && page.toString(StandardCharsets.US_ASCII).contains(" access ");
    }

    private void scanned() {
        ScanPage scanned = ScanPage.parse(page);
        scanning = false;
        cursor = scanned.cursor();
        boolean ofFences = fencesFirst;
        unlink(scanned.keys().stream()
                .filter(key -> ofFences ? owed.coversFence(key) : owed.covers(key))
                .toList());
        pagesLeft = fencesFirst || !cursor.equals(LAST_CURSOR);
        fencesFirst &= !cursor.equals(LAST_CURSOR);
    }

    @Override
    public void readComplete() {
        flush();
        next();
    }

    /** What was sent is answered. Bytes may come before anything was: a greeting, or the end of the connection. */
    private void next() {
        if (!begun || due > 0 || pausing || outcome != null) {
            return;
        }
        if (pagesLeft) {
            pausing = true;
            var _ = loop.schedule(this::scan, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            end(new Done());
        }
    }

    private void end(Outcome came) {
        if (outcome == null) {
            outcome = came;
            ended.accept(came);
            abandon();
        }
    }

    @Override
    public void upstreamLost(UpstreamConnection lost, UpstreamFailure failure, boolean insideReply) {
        end(new Cut(failure));
    }

    @Override
    public void failed(ReplySlot slot, @Nullable Observation observation, Loss loss) {}

    @Override
    public void lost(boolean insideReply) {}
}
