package dev.cachepolicy.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server on loopback that has one {@link Fault} at a time. Each connection has two threads, one for each
 * direction; they ask before each piece of bytes what is wrong just now.
 */
final class FaultyNetwork implements AutoCloseable {

    private static final int LONGEST_BEFORE_CUT = 300;
    private static final long DELAY_MILLIS = 100;

    private final ServerSocket listener;
    private final int target;
    private final SplittableRandom random;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private volatile @Nullable Fault fault;

    FaultyNetwork(int target, long seed) throws IOException {
        this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        this.target = target;
        this.random = new SplittableRandom(seed);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return open.size();
    }

    void fail(Fault newFault) {
        become(newFault);
    }

    /** Everything that was held goes on. */
    void mend() {
        become(null);
    }

    private void become(@Nullable Fault newFault) {
        synchronized (change) {
            fault = newFault;
            change.notifyAll();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void connect(Socket client) {
        open.add(client);
        try (client) {
            if (fault == Fault.Silent) {
                awaitOtherThan(Fault.Silent);
                return;
            }
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Thread requests = Thread.ofVirtual().start(() -> pump(client, server, true));
                pump(server, client, false); // closes both, so the other one ends too
                requests.join();
            }
        } catch (IOException e) {
            // One side ended, so does the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        byte[] chunk = new byte[16 << 10];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            while (true) {
                if (requests) {
                    awaitOtherThan(Fault.Deaf);
                }
                int count = in.read(chunk);
                if (count < 0 || !pass(chunk, count, out, requests)) {
                    return;
                }
            }
        } catch (IOException e) {
            // One side ended, so does the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return whether the connection goes on} */
    private boolean pass(byte[] chunk, int count, OutputStream out, boolean requests)
            throws IOException, InterruptedException {
        switch (fault) {
            case CutInReply -> {
                if (!requests) {
                    return cut(chunk, count, out);
                }
            }
            case CutInRequest -> {
                if (requests) {
                    return cut(chunk, count, out);
                }
            }
            case Split -> {
                for (int i = 0; i < count; i++) {
                    out.write(chunk, i, 1);
                }
                return true;
            }
            case Delay -> {
                if (!requests) {
                    LockSupport.parkNanos(DELAY_MILLIS * 1_000_000);
                }
            }
            case Silent -> awaitOtherThan(Fault.Silent);
            case LongDelay -> {
                if (!requests) {
                    awaitOtherThan(Fault.LongDelay);
                }
            }
            case Echoing -> {
                if (requests) {
                    out.write(chunk, 0, count);
                }
            }
            case Deaf -> {}
            case null -> {}
        }
        out.write(chunk, 0, count);
        return true;
    }

    private boolean cut(byte[] chunk, int count, OutputStream out) throws IOException {
        int last;
        synchronized (random) {
            last = random.nextInt(LONGEST_BEFORE_CUT);
        }
        out.write(Arrays.copyOf(chunk, Math.min(last, count)));
        return last > count;
    }

    private void awaitOtherThan(Fault held) throws InterruptedException {
        synchronized (change) {
            while (fault == held) {
                change.wait();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        mend();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
