package dev.cachepolicy.agent.heartbeat;

import dev.cachepolicy.agent.heartbeat.Report.Destination;
import dev.cachepolicy.agent.proxy.Credentials;
import dev.cachepolicy.tls.ClientTls;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/**
 * A blocking connection for the few commands of a heartbeat, all of which are answered by one line. It is apart from the
 * proxy's connections, so that neither can disturb the other. For one thread.
 */
final class RedisConnection implements AutoCloseable {

    /** Longest time to connect, and longest silence while a reply is awaited, in milliseconds. */
    private static final int TIMEOUT_MILLIS = 1000;

    /** Redis's errors are far shorter. */
    private static final int MAX_REPLY_BYTES = 4096;

    private final Destination destination;
    private final Socket socket;
    private final InputStream replies;

    private RedisConnection(Destination destination, Socket socket) throws IOException {
        this.destination = destination;
        this.socket = socket;
        this.replies = new BufferedInputStream(socket.getInputStream(), 512);
    }

    /**
     * {@return a connection, logged in}
     *
     * @throws RedisErrorException if the credentials are refused
     */
    static RedisConnection open(Destination destination) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(address(destination.endpoint()), TIMEOUT_MILLIS);
            RedisConnection connection = new RedisConnection(destination, secured(socket, destination));
            connection.logIn();
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket secured(Socket connected, Destination destination) throws IOException {
        ClientTls tls = destination.tls();
        if (tls == null) {
            return connected;
        }
        InetSocketAddress address = (InetSocketAddress) connected.getRemoteSocketAddress();
        return tls.over(connected, address.getHostString(), address.getPort());
    }

    private static InetSocketAddress address(String endpoint) throws IOException {
        int colon = Math.max(endpoint.lastIndexOf(':'), 0);
        InetSocketAddress address;
        try {
            address = new InetSocketAddress(
                    endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IOException("the endpoint must have the form host:port", e);
        }
        if (address.isUnresolved()) {
            throw new UnknownHostException("no address for " + address.getHostString());
        }
        return address;
    }

    Destination destination() {
        return destination;
    }

    private void logIn() throws IOException {
        Credentials credentials = destination.credentials();
        if (credentials == null) {
            return;
        }
        try {
            if (credentials.username() == null) {
                call("AUTH", credentials.password());
            } else {
                call("AUTH", credentials.username(), credentials.password());
            }
        } catch (RedisErrorException e) {
            // Of the message only its code: Redis quotes the arguments of a command that it does not know.
            throw new RedisErrorException(e.code() + " (the answer to AUTH with the agent's Secret)");
        }
    }

    /**
     * {@return the reply's line, without its marker}
     *
     * @throws RedisErrorException if Redis answers with an error
     * @throws IOException if the connection is of no more use
     */
    String call(String... command) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream(256);
        request.writeBytes(ascii("*" + command.length + "\r\n"));
        for (String argument : command) {
            byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
            request.writeBytes(ascii("$" + bytes.length + "\r\n"));
            request.writeBytes(bytes);
            request.writeBytes(ascii("\r\n"));
        }
        socket.getOutputStream().write(request.toByteArray());
        String reply = line();
        return switch (reply.isEmpty() ? ' ' : reply.charAt(0)) {
            case '+', ':' -> reply.substring(1);
            case '-' -> throw new RedisErrorException(reply.substring(1));
            default -> throw new IOException("this is not Redis: it answered " + command[0] + " with something else");
        };
    }

    /** {@return whether Redis still holds the other end; between commands nothing else can be heard from it} */
    boolean isOpen() {
        try {
            socket.setSoTimeout(1);
            replies.read();
            return false;
        } catch (SocketTimeoutException e) {
            return restoreTimeout();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean restoreTimeout() {
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int next = replies.read(); next != '\n'; next = replies.read()) {
            if (next < 0) {
                throw new EOFException("Redis closed the connection");
            }
            if (line.size() == MAX_REPLY_BYTES) {
                throw new IOException("this is not Redis: its reply has no end");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
