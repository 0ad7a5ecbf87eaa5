package dev.cachepolicy.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process that speaks the Redis protocol, measured from its start. */
final class Subject implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final int port;
    private final Duration toFirstPong;

    private Subject(Process process, int port, Duration toFirstPong) {
        this.process = process;
        this.port = port;
        this.toFirstPong = toFirstPong;
    }

    /** Starts a process and waits until it has answered PING with PONG. */
    static Subject start(List<String> command, int port, Path log) throws IOException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        while (!pong(port)) {
            if (!process.isAlive() || System.nanoTime() - start > START_LIMIT.toNanos()) {
                process.destroyForcibly();
                throw new IOException(command + " does not answer: " + Files.readString(log));
            }
            LockSupport.parkNanos(1_000_000); // not a spin: it would take a core from what is measured
        }
        return new Subject(process, port, Duration.ofNanos(System.nanoTime() - start));
    }

    /** {@return whether what listens on a port of this machine answers PING with PONG} */
    static boolean pong(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            OutputStream out = socket.getOutputStream();
            out.write("*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(7), StandardCharsets.US_ASCII).equals("+PONG\r\n");
        } catch (IOException e) {
            return false;
        }
    }

    long pid() {
        return process.pid();
    }

    Duration toFirstPong() {
        return toFirstPong;
    }

    /** {@return resident memory in KiB, as the kernel counts it} */
    long residentKib() throws IOException {
        return residentKib(process.pid());
    }

    static long residentKib(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc", String.valueOf(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Sends requests with redis-benchmark. */
    void load(int requests, Path log) throws IOException, InterruptedException {
        load(port, requests, log);
    }

    static void load(int port, int requests, Path log) throws IOException, InterruptedException {
        Process benchmark = new ProcessBuilder(
                        "redis-benchmark",
                        "-p",
                        String.valueOf(port),
                        "-q",
                        "-n",
                        String.valueOf(requests),
                        "-c",
                        "50",
                        "-r",
                        "10000",
                        "set",
                        "user:__rand_int__",
                        "value")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (benchmark.waitFor() != 0) {
            throw new IOException("redis-benchmark failed: " + Files.readString(log));
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
