package dev.cachepolicy.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * GETs, and how long each took; a process of its own, so that it can be held on a core with what it measures. Three loads:
 * {@code one}, a single connection that waits for each reply; {@code full}, {@value Workload#CONNECTIONS} that do; and
 * {@code open RATE}, as many requests a second as told, at times fixed beforehand (exponential gaps, as from many
 * independent clients), whether earlier ones were answered or not. There a latency counts from when the request was due,
 * not from when it could be sent: a server that stands still for a while cannot hide the requests that it would have
 * met. redis-benchmark has no such mode, and measures in whole microseconds.
 *
 * <p>Replies need no parser: all have one length. Request {@code i} goes to connection {@code i % connections}, and
 * replies of one connection come in order, so the n-th reply there belongs to a known request.
 */
final class LoadGenerator {

    private static final int REPLY_BYTES = ("$" + Keys.VALUE_BYTES + "\r\n").length() + Keys.VALUE_BYTES + 2;
    private static final int WARM_UP_SECONDS = 1;

    private final List<SocketChannel> channels = new ArrayList<>();
    private final Random random = new Random(1);
    private final ByteBuffer[] requests = new ByteBuffer[Keys.COUNT];
    private final ByteBuffer replies = ByteBuffer.allocateDirect(1 << 16);

    private LoadGenerator(int port, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channels.add(channel);
        }
        for (int i = 0; i < requests.length; i++) {
            byte[] request = Keys.request("GET", Keys.name(i));
            requests[i] = ByteBuffer.allocateDirect(request.length).put(request).flip();
        }
    }

    /** @param arguments port, seconds, and a load; prints requests per second and p50, p99, p99.9 in microseconds */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int seconds = Integer.parseInt(arguments[1]);
        String load = arguments[2];
        LoadGenerator generator = new LoadGenerator(port, load.equals("one") ? 1 : Workload.CONNECTIONS);
        Callable<long[]> measured = switch (load) {
            case "one" -> () -> generator.one(seconds);
            case "full" -> () -> generator.full(seconds);
            case "open" -> () -> generator.open(seconds, Integer.parseInt(arguments[3]));
            default -> throw new IllegalArgumentException(load);
        };
        Callable<long[]> warmUp = switch (load) {
            case "one" -> () -> generator.one(WARM_UP_SECONDS);
            case "full" -> () -> generator.full(WARM_UP_SECONDS);
            default -> () -> generator.open(WARM_UP_SECONDS, Integer.parseInt(arguments[3]));
        };
        warmUp.call();
        long[] nanos = measured.call();
        Arrays.sort(nanos);
        System.out.println(
                new Latency(nanos.length / (double) seconds, at(nanos, 0.5), at(nanos, 0.99), at(nanos, 0.999)));
        System.exit(0);
    }

    private static double at(long[] sorted, double quantile) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * quantile))] / 1e3;
    }

    private long[] one(int seconds) throws IOException {
        SocketChannel channel = channels.getFirst();
        long[] nanos = new long[seconds * 200_000];
        int count = 0;
        long sent = System.nanoTime();
        long end = sent + seconds * 1_000_000_000L;
        while (sent < end && count < nanos.length) {
            send(channel);
            for (int bytes = 0; bytes < REPLY_BYTES; ) {
                bytes += receive(channel);
            }
            long answered = System.nanoTime();
            nanos[count++] = answered - sent;
            sent = answered;
        }
        return Arrays.copyOf(nanos, count);
    }

    private long[] full(int seconds) throws IOException {
        long[] nanos = new long[seconds * 400_000];
        long[] sent = new long[channels.size()];
        int[] bytes = new int[channels.size()];
        int count = 0;
        try (Selector selector = selector()) {
            for (int i = 0; i < channels.size(); i++) {
                sent[i] = System.nanoTime();
                send(channels.get(i));
            }
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            for (int open = channels.size(); open > 0; ) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    int i = (int) key.attachment();
                    bytes[i] += receive(channels.get(i));
                    if (bytes[i] < REPLY_BYTES) {
                        continue;
                    }
                    bytes[i] = 0;
                    long now = System.nanoTime();
                    nanos[count++] = now - sent[i];
                    sent[i] = now;
                    if (now < end && count < nanos.length - channels.size()) {
                        send(channels.get(i));
                    } else {
                        open--;
                    }
                }
                selector.selectedKeys().clear();
            }
        }
        block();
        return Arrays.copyOf(nanos, count);
    }

    private long[] open(int seconds, int rate) throws Exception {
        long[] due = new long[seconds * rate];
        double at = System.nanoTime() + 10e6;
        for (int i = 0; i < due.length; i++) {
            at += -Math.log(1 - random.nextDouble()) * 1e9 / rate;
            due[i] = (long) at;
        }
        try (Selector selector = selector();
                ExecutorService sender = Executors.newSingleThreadExecutor()) {
            Future<?> sending = sender.submit(() -> sendWhenDue(due));
            long[] nanos = receiveAll(selector, due);
            sending.get();
            return nanos;
        } finally {
            block();
        }
    }

    private Void sendWhenDue(long[] due) throws IOException {
        Kernel.wakeOnTime();
        for (int i = 0; i < due.length; i++) {
            for (long early = due[i] - System.nanoTime(); early > 0; early = due[i] - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            send(channels.get(i % channels.size()));
        }
        return null;
    }

    private long[] receiveAll(Selector selector, long[] due) throws IOException {
        long[] nanos = new long[due.length];
        int[] next = new int[channels.size()];
        int[] bytes = new int[channels.size()];
        Arrays.setAll(next, i -> i);
        for (int missing = due.length; missing > 0; ) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                int i = (int) key.attachment();
                bytes[i] += receive(channels.get(i));
                long now = System.nanoTime();
                for (; bytes[i] >= REPLY_BYTES; bytes[i] -= REPLY_BYTES) {
                    nanos[next[i]] = now - due[next[i]];
                    next[i] += channels.size();
                    missing--;
                }
            }
            selector.selectedKeys().clear();
        }
        return nanos;
    }

    private Selector selector() throws IOException {
        Selector selector = Selector.open();
        for (int i = 0; i < channels.size(); i++) {
            channels.get(i).configureBlocking(false);
            channels.get(i).register(selector, SelectionKey.OP_READ, i);
        }
        return selector;
    }

    /** After a selector is closed. */
    private void block() throws IOException {
        for (SocketChannel channel : channels) {
            channel.configureBlocking(true);
        }
    }

    private void send(SocketChannel channel) throws IOException {
        ByteBuffer request = requests[random.nextInt(requests.length)];
        request.rewind();
        while (request.hasRemaining()) {
            channel.write(request);
        }
    }

    private int receive(SocketChannel channel) throws IOException {
        replies.clear();
        int bytes = channel.read(replies);
        if (bytes < 0) {
            throw new EOFException("the connection was closed");
        }
        return bytes;
    }
}
