package dev.cachepolicy.operator.keeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Accepts every connection and closes it at once. */
final class ClosingServer implements AutoCloseable {

    private final AtomicInteger accepted = new AtomicInteger();
    private final ServerSocket server;

    ClosingServer() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                server.accept().close();
                accepted.incrementAndGet();
            }
        } catch (IOException e) {
            // Closed: there is nothing more to accept.
        }
    }

    String endpoint() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    int connections() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
