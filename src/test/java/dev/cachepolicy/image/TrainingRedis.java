package dev.cachepolicy.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/**
 * Answers every command with something of the right form and keeps nothing. An image is built where no Redis is, and the
 * training needs only that the agent's code for replies runs.
 */
final class TrainingRedis implements AutoCloseable {

    private final ServerSocket server;

    private TrainingRedis(ServerSocket server) {
        this.server = server;
    }

    static TrainingRedis start() throws IOException {
        TrainingRedis redis = new TrainingRedis(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(redis::accept);
        return redis;
    }

    String endpoint() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** {@return a command as clients send it} */
    static byte[] request(String command) {
        String[] words = command.split(" ");
        StringBuilder request = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            request.append('$')
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        return request.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (SocketException e) {
            // Closed: the training is over.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            while (true) {
                String name = "";
                int words = length(in, '*');
                for (int i = 0; i < words; i++) {
                    byte[] word = in.readNBytes(length(in, '$'));
                    in.skipNBytes(2);
                    name = i == 0 ? new String(word, StandardCharsets.US_ASCII) : name;
                }
                client.getOutputStream().write(reply(name).getBytes(StandardCharsets.US_ASCII));
            }
        } catch (EOFException | SocketException e) {
            // The agent closed it.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String reply(String name) {
        return switch (name) {
            case "GET", "HGET" -> "$5\r\nvalue\r\n";
            case "MGET" -> "*2\r\n$5\r\nvalue\r\n$-1\r\n";
            case "EXEC" -> "*1\r\n+OK\r\n";
            case "DEL", "EXPIRE", "PEXPIRE", "HSET", "INCR", "PUBLISH", "TTL" -> ":1\r\n";
            case "NOSUCHCOMMAND" -> "-ERR unknown command\r\n";
            case "PING" -> "+PONG\r\n";
            default -> "+OK\r\n";
        };
    }

    private static int length(DataInputStream in, char marker) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        if (line.charAt(0) != marker) {
            throw new IOException("not a command: " + line);
        }
        return Integer.parseInt(line.substring(1).strip());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
