package dev.cachepolicy.difference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A connection that sends and receives as far as it can without waiting: whoever sends much must go on reading. */
final class Wire implements AutoCloseable {

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Received received = new Received();
    private ByteBuffer unsent = ByteBuffer.allocate(0);
    private boolean ended;
    private boolean endsOutput;

    Wire(int port, Selector selector) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** Gives access to the end of what was received without a copy of it. */
    private static final class Received extends ByteArrayOutputStream {

        boolean endsWith(byte[] end) {
            return count >= end.length && Arrays.equals(buf, count - end.length, count, end, 0, end.length);
        }

        int occurrences(byte[] wanted) {
            int found = 0;
            for (int i = 0; i + wanted.length <= count; i++) {
                found += Arrays.equals(buf, i, i + wanted.length, wanted, 0, wanted.length) ? 1 : 0;
            }
            return found;
        }
    }

    void send(String bytes) {
        byte[] more = bytes.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer all = ByteBuffer.allocate(unsent.remaining() + more.length);
        unsent = all.put(unsent).put(more).flip();
        progress(SelectionKey.OP_WRITE);
    }

    /** Says, behind everything that is sent, that no more will come. */
    void endOutput() {
        endsOutput = true;
        progress(SelectionKey.OP_WRITE);
    }

    boolean hasSentAll() {
        return !unsent.hasRemaining();
    }

    /** {@return whether the other side has closed} */
    boolean hasEnded() {
        return ended;
    }

    /** Sends and receives what is possible now. */
    void progress(int operations) {
        if (ended) {
            return;
        }
        try {
            if ((operations & SelectionKey.OP_WRITE) != 0) {
                channel.write(unsent);
                if (hasSentAll() && endsOutput) {
                    channel.shutdownOutput();
                    endsOutput = false;
                }
                key.interestOps(hasSentAll() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
            if ((operations & SelectionKey.OP_READ) != 0) {
                receive();
            }
        } catch (IOException e) {
            end(); // a reset says what a close says
        }
    }

    private void receive() throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
        int count = channel.read(chunk);
        if (count < 0) {
            end();
        } else {
            received.write(chunk.array(), 0, count);
        }
    }

    private void end() {
        ended = true;
        unsent = ByteBuffer.allocate(0);
        key.cancel();
    }

    /** {@return whether the replies up to this sentinel have come} */
    boolean has(byte[] end, int times) {
        return received.endsWith(end) && (times == 1 || received.occurrences(end) >= times);
    }

    /** {@return what came since this was asked last} */
    String take() {
        String bytes = received.toString(StandardCharsets.ISO_8859_1);
        received.reset();
        return bytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
