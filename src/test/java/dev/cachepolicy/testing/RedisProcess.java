package dev.cachepolicy.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A real redis-server on a port of its own, without persistence unless it is asked for: killed and restarted it comes back empty. */
public final class RedisProcess implements AutoCloseable {

    private final String program;
    private final int port;
    private final List<String> options;
    private final Path directory;
    private Process process;

    private RedisProcess(String program, int port, List<String> options) throws IOException {
        this.program = program;
        this.port = port;
        this.options = List.copyOf(options);
        this.directory = Files.createTempDirectory("redis-" + port + "-");
        this.process = launch();
    }

    /**
     * {@return a running redis-server that answers PING, or asks for a password}
     *
     * @param options more options as on its command line, for example {@code --requirepass}, {@code secret}
     */
    public static RedisProcess start(String... options) {
        return startAt(Ports.free(), options);
    }

    /** As {@link #start}, on a given port. */
    public static RedisProcess startAt(int port, String... options) {
        try {
            return new RedisProcess(
                    System.getenv().getOrDefault("REDIS_SERVER", "redis-server"), port, List.of(options));
        } catch (IOException e) {
            throw new UncheckedIOException("redis-server did not start; is it installed (hack/provision)?", e);
        }
    }

    /** As {@link #start}, of another program that takes the same options, such as valkey-server. */
    public static RedisProcess startProgram(String program, String... options) {
        try {
            return new RedisProcess(program, Ports.free(), List.of(options));
        } catch (IOException e) {
            throw new UncheckedIOException(program + " did not start", e);
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString()));
        command.addAll(options);
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (!answers()) {
            if (!started.isAlive() || Instant.now().isAfter(end)) {
                throw new IOException("redis-server: " + Files.readString(directory.resolve("log")));
            }
            LockSupport.parkNanos(1_000_000);
        }
        return started;
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            String reply = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return reply != null && !reply.startsWith("-LOADING");
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    /** {@return host:port} */
    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    public long pid() {
        return process.pid();
    }

    /** Ends the process at once, as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
        await(process);
    }

    /** Starts it again on the same port: empty, or with what its append-only file has. */
    public void restart() {
        kill();
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it from answering while its connections stay open (SIGSTOP). */
    public void freeze() {
        signal("STOP");
    }

    /** Ends {@link #freeze}. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            await(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return what redis-cli prints, without the last line end}
     *
     * @param arguments a command and its arguments, after options of redis-cli such as {@code --user}
     */
    public String cli(String... arguments) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port), "--no-auth-warning"));
        command.addAll(List.of(arguments));
        try {
            Process cli = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            await(cli);
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(Process process) {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException(process + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
        if (!Files.exists(directory)) {
            return; // closed before
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
