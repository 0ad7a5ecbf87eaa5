package dev.cachepolicy.difference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** What an agent must never be: it passes on everything, but changes some of what comes back. */
final class FaultyRelay implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final UnaryOperator<String> fault;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** @param fault changes replies as they come, in whatever pieces */
    FaultyRelay(int target, UnaryOperator<String> fault) throws IOException {
        this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        this.target = target;
        this.fault = fault;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> relay(client));
            } catch (IOException e) {
                // The relay was closed.
            }
        }
    }

    private void relay(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            open.add(client);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread requests = Thread.ofVirtual().start(() -> pump(client, server, UnaryOperator.identity()));
            pump(server, client, fault);
            client.close();
            requests.join();
        } catch (IOException e) {
            // The client sees its connection end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private static void pump(Socket from, Socket to, UnaryOperator<String> change) {
        byte[] chunk = new byte[64 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                String bytes = new String(chunk, 0, count, StandardCharsets.ISO_8859_1);
                out.write(change.apply(bytes).getBytes(StandardCharsets.ISO_8859_1));
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // One side ended: so does the other.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
