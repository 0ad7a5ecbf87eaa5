package dev.cachepolicy.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A way to a server on loopback that can be cut: connections are closed and none is taken until it is mended. Or it stalls:
 * what the server says is kept back from some byte on.
 */
public final class CutProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong passed = new AtomicLong();
    private volatile boolean cut;

    /** Bytes that the server may still say. */
    private long allowed = Long.MAX_VALUE; // guarded by this

    private CutProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    /** {@return a proxy to a port on loopback} */
    public static CutProxy to(int target) {
        try {
            CutProxy proxy = new CutProxy(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), target);
            Thread.ofVirtual().start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** {@return bytes that were given to the other side so far, in both directions} */
    public long passed() {
        return passed.get();
    }

    public void cut() {
        cut = true;
        goOn();
        open.forEach(CutProxy::closeQuietly);
    }

    public void mend() {
        cut = false;
    }

    /** Lets the server say so many bytes more, and then nothing until it goes on or is cut. */
    public synchronized void stallAfter(long bytes) {
        allowed = bytes;
    }

    /** {@return whether the server has said all that it may} */
    public synchronized boolean hasStalled() {
        return allowed == 0;
    }

    public synchronized void goOn() {
        allowed = Long.MAX_VALUE;
        notifyAll();
    }

    private synchronized int take(int most) throws InterruptedException, IOException {
        while (allowed == 0 && !cut) {
            wait();
        }
        if (cut) {
            throw new IOException("what was kept back is lost");
        }
        int taken = (int) Math.min(most, allowed);
        allowed -= allowed == Long.MAX_VALUE ? 0 : taken;
        return taken;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (cut) {
                    client.close();
                } else {
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    pump(client, server, false);
                    pump(server, client, true);
                }
            } catch (IOException e) {
                // The proxy was closed, or the server is away; the client sees its connection end.
            }
        }
    }

    private void pump(Socket from, Socket to, boolean stalls) {
        open.add(from);
        Thread.ofVirtual().start(() -> {
            try (from;
                    to;
                    InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                byte[] chunk = new byte[16 << 10];
                for (int count = 0; !cut && count >= 0; count = in.read(chunk)) {
                    for (int written = 0; written < count; ) {
                        int part = stalls ? take(count - written) : count;
                        out.write(chunk, written, part);
                        written += part;
                        passed.addAndGet(part);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                // One side ended: so does the other.
            } finally {
                open.remove(from);
            }
        });
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
