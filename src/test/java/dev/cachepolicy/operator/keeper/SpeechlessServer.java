package dev.cachepolicy.operator.keeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Accepts every connection and never says a word: it holds them, or closes each at once. */
final class SpeechlessServer implements AutoCloseable {

    private final ConcurrentLinkedQueue<Socket> accepted = new ConcurrentLinkedQueue<>();
    private final ServerSocket server;
    private final boolean closing;

    private SpeechlessServer(boolean closing) {
        this.closing = closing;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    static SpeechlessServer holding() {
        return new SpeechlessServer(false);
    }

    static SpeechlessServer closing() {
        return new SpeechlessServer(true);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                if (closing) {
                    socket.close();
                }
                accepted.add(socket);
            }
        } catch (IOException e) {
            // Closed: there is nothing more to accept.
        }
    }

    String endpoint() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    int connections() {
        return accepted.size();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : accepted) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
