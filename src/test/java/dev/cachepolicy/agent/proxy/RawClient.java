package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ProtocolViolation;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A socket that sends commands as bytes and gives replies as the bytes that they are. */
final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final ByteBuf unread = Unpooled.buffer();
    private final byte[] chunk = new byte[64 << 10];

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
    }

    Socket socket() {
        return socket;
    }

    /** Sends bytes as they are. */
    RawClient raw(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends a command. */
    RawClient send(String... arguments) throws IOException {
        socket.getOutputStream().write(bytes(arguments));
        return this;
    }

    static byte[] bytes(String... arguments) {
        ByteBuf command = Unpooled.buffer();
        CommandWriter.write(
                command,
                Arrays.stream(arguments)
                        .map(argument -> argument.getBytes(StandardCharsets.ISO_8859_1))
                        .toArray(byte[][]::new));
        return ByteBufUtil.getBytes(command);
    }

    /** Sends a command and returns its reply. */
    String call(String... arguments) throws IOException {
        return send(arguments).reply();
    }

    /** {@return the next reply, without its last line end} */
    String reply() throws IOException {
        ReplyFramer framer = new ReplyFramer(64);
        int start = unread.readerIndex();
        int from = start;
        try {
            while (true) {
                int end = from < unread.writerIndex() ? framer.advance(unread, from, unread.writerIndex()) : -1;
                if (end >= 0) {
                    String reply = unread.toString(start, end - start, StandardCharsets.ISO_8859_1);
                    unread.readerIndex(end);
                    unread.discardSomeReadBytes();
                    return reply.substring(0, reply.length() - 2);
                }
                from = unread.writerIndex();
                InputStream in = socket.getInputStream();
                int count = in.read(chunk);
                if (count < 0) {
                    throw new EOFException("closed after " + unread.readableBytes() + " bytes of a reply");
                }
                unread.writeBytes(chunk, 0, count);
            }
        } catch (ProtocolViolation e) {
            throw new IOException(unread.toString(StandardCharsets.ISO_8859_1), e);
        }
    }

    /** {@return everything until the other side closes} */
    String untilClosed() throws IOException {
        return unread.toString(StandardCharsets.ISO_8859_1)
                + new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
