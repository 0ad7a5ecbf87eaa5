package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** One Redis, full of the keys that the load asks for, and every peer in front of it. All run until it is closed. */
final class Testbed implements AutoCloseable {

    private static final int ATTEMPTS = 3;

    private interface CommandForPort {
        List<String> at(int port) throws IOException;
    }

    private final Path directory;
    private final List<String> prefix;
    private final Deque<Subject> subjects = new ArrayDeque<>();
    private final Map<Peer, Peer.Running> peers = new EnumMap<>(Peer.class);
    private final Subject redis;
    private final int redisPort = Ports.free();

    private Testbed(List<String> prefix) throws IOException {
        this.directory = Files.createTempDirectory("bench");
        this.prefix = prefix;
        try {
            this.redis = subject(
                    redisPort,
                    "redis-server",
                    "--port",
                    String.valueOf(redisPort),
                    "--bind",
                    "127.0.0.1",
                    "--save",
                    "");
            Keys.fill(redisPort);
            peers.put(Peer.DIRECT, new Peer.Running(Peer.DIRECT, redisPort, OptionalLong.empty()));
            peer(Peer.AGENT, port -> AgentUnderTest.command(directory, "127.0.0.1:" + redisPort, port));
            peer(Peer.TWEMPROXY, this::twemproxy);
            peer(Peer.HAPROXY, this::haproxy);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts everything on the processors that the machine has. */
    static Testbed unpinned() throws IOException {
        return new Testbed(List.of());
    }

    /** Starts everything on one processor. */
    static Testbed pinned(Machine machine) throws IOException {
        return new Testbed(machine.onOneCore());
    }

    Peer.Running peer(Peer peer) {
        return peers.get(peer);
    }

    Subject redis() {
        return redis;
    }

    double residentMib(Peer peer) throws IOException {
        return Subject.residentKib(peers.get(peer).pid().orElseThrow()) / 1024.0;
    }

    int redisPort() {
        return redisPort;
    }

    private Subject subject(int port, String... command) throws IOException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        Subject subject = Subject.start(whole, port, directory.resolve(port + ".log"));
        subjects.push(subject);
        return subject;
    }

    private void peer(Peer peer, CommandForPort command) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = Ports.free();
            try {
                long pid =
                        subject(port, command.at(port).toArray(String[]::new)).pid();
                peers.put(peer, new Peer.Running(peer, port, OptionalLong.of(pid)));
                return;
            } catch (IOException e) {
                // A port that was free a moment ago: an outgoing connection, or the peer's other port, may have it.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** One pool of one server, as its README has it for Redis. */
    private List<String> twemproxy(int port) throws IOException {
        Path config = directory.resolve("nutcracker.yml");
        write(
                config,
                "redis:",
                "  listen: 127.0.0.1:" + port,
                "  redis: true",
                "  preconnect: true",
                "  servers:",
                "    - 127.0.0.1:" + redisPort + ":1");
        return List.of(
                "nutcracker",
                "--conf-file=" + config,
                "--output=" + directory.resolve("nutcracker.log"),
                "--stats-addr=127.0.0.1",
                "--stats-port=" + Ports.free());
    }

    /** TCP mode with the defaults, which are a thread a core. */
    private List<String> haproxy(int port) throws IOException {
        Path config = directory.resolve("haproxy.cfg");
        write(
                config,
                "defaults",
                "  mode tcp",
                "  timeout connect 5s",
                "  timeout client 1h",
                "  timeout server 1h",
                "listen redis",
                "  bind 127.0.0.1:" + port,
                "  server redis 127.0.0.1:" + redisPort);
        return List.of("haproxy", "-db", "-f", config.toString());
    }

    private static void write(Path file, String... lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        subjects.forEach(Subject::close);
    }
}
