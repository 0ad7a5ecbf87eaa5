package dev.cachepolicy.testing;

import dev.cachepolicy.testing.TestAuthority.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A redis-server with a port of TLS; the plain one is for the test alone. */
public final class TlsRedis implements AutoCloseable {

    private final Path directory;
    private final int port;
    private final RedisProcess redis;
    private int files;

    private TlsRedis(Path directory, int port, RedisProcess redis) {
        this.directory = directory;
        this.port = port;
        this.redis = redis;
    }

    /**
     * {@return a running redis-server}
     *
     * @param directory for its certificates
     * @param shown its certificate
     * @param clients PEM of the authorities that clients must have a certificate of; null: they need none
     */
    public static TlsRedis start(Path directory, Issued shown, String clients, String... options) {
        int port = Ports.free();
        List<String> all = new ArrayList<>(List.of(
                "--tls-port",
                String.valueOf(port),
                "--tls-cert-file",
                write(directory, "first.crt", shown.certificate()),
                "--tls-key-file",
                write(directory, "first.key", shown.key()),
                "--tls-auth-clients",
                clients == null ? "no" : "yes",
                "--tls-ca-cert-file",
                write(directory, "clients.crt", clients == null ? shown.certificate() : clients)));
        all.addAll(List.of(options));
        return new TlsRedis(directory, port, RedisProcess.start(all.toArray(String[]::new)));
    }

    /** Shows another certificate from now on; connections stay. */
    public void show(Issued next) {
        files++;
        set(
                "tls-cert-file",
                write(directory, files + ".crt", next.certificate()),
                "tls-key-file",
                write(directory, files + ".key", next.key()));
    }

    /** Accepts clients of these authorities from now on; connections stay. */
    public void accept(String clients) {
        files++;
        set("tls-ca-cert-file", write(directory, files + ".clients.crt", clients));
    }

    private void set(String... settings) {
        List<String> command = new ArrayList<>(List.of("CONFIG", "SET"));
        command.addAll(List.of(settings));
        String reply = redis.cli(command.toArray(String[]::new));
        if (!reply.equals("OK")) {
            throw new IllegalStateException(reply);
        }
    }

    private static String write(Path directory, String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return host:port of the port of TLS} */
    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    /** {@return the same Redis, with its plain port} */
    public RedisProcess plain() {
        return redis;
    }

    @Override
    public void close() {
        redis.close();
    }
}
