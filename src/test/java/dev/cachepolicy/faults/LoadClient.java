package dev.cachepolicy.faults;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One client: pipelines of requests each of which knows what its reply may be. */
final class LoadClient {

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int DEEPEST = 16;
    private static final long PAUSE_NANOS = 10_000_000;

    private final int port;
    private final SplittableRandom random;
    private final Ledger ledger;
    private @Nullable Socket socket;
    private @Nullable DataInputStream in;

    LoadClient(int port, long seed, Ledger ledger) {
        this.port = port;
        this.random = new SplittableRandom(seed);
        this.ledger = ledger;
    }

    /**
     * Sends one pipeline and takes its replies. After one that a fault hit it waits a moment, as clients do: errors come
     * much faster than replies.
     *
     * @return how many requests were answered by Redis
     */
    int next() throws IOException {
        long before = ledger.answered();
        List<Ledger.Entry> pipeline = new ArrayList<>();
        StringBuilder bytes = new StringBuilder();
        for (int i = random.nextInt(1, DEEPEST + 1); i > 0; i--) {
            Ledger.Entry entry = ledger.next(random);
            pipeline.add(entry);
            append(bytes, entry.words());
        }
        int answered = 0;
        try {
            if (socket == null) {
                connect();
            }
            socket.getOutputStream().write(bytes.toString().getBytes(StandardCharsets.ISO_8859_1));
            for (; answered < pipeline.size(); answered++) {
                ledger.replied(pipeline.get(answered), reply());
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError(
                    "no reply, no error, no end: " + pipeline.get(answered).words(), e);
        } catch (IOException e) {
            pipeline.subList(answered, pipeline.size()).forEach(ledger::unanswered);
            disconnect();
        }
        int more = (int) (ledger.answered() - before);
        if (more < pipeline.size()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return more;
    }

    private static void append(StringBuilder bytes, List<String> words) {
        bytes.append('*').append(words.size()).append("\r\n");
        for (String word : words) {
            bytes.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
    }

    private void connect() throws IOException {
        Socket made = new Socket(InetAddress.getLoopbackAddress(), port);
        made.setTcpNoDelay(true);
        made.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(new BufferedInputStream(made.getInputStream()));
        socket = made;
    }

    void disconnect() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    /** {@return a reply: its first line, or the content of a string; null for null} */
    private @Nullable String reply() throws IOException {
        String line = line();
        if (!line.startsWith("$")) {
            return line;
        }
        int length = Integer.parseInt(line.substring(1));
        if (length < 0) {
            return null;
        }
        byte[] content = new byte[length + 2];
        in.readFully(content);
        return new String(content, 0, length, StandardCharsets.ISO_8859_1);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            if (b == '\n') {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) b);
        }
    }
}
