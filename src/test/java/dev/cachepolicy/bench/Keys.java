package dev.cachepolicy.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The keys of the load: {@value #COUNT} with values of {@value #VALUE_BYTES} bytes, as redis-benchmark names them. */
final class Keys {

    static final int COUNT = 10_000;
    static final int VALUE_BYTES = 256;
    static final String VALUE = "x".repeat(VALUE_BYTES);

    /** What redis-benchmark replaces by twelve digits. */
    static final String RANDOM = "user:__rand_int__";

    private static final String OK = "+OK\r\n";

    private Keys() {}

    static String name(int index) {
        return "user:%012d".formatted(index);
    }

    /** {@return a command as clients send it} */
    static byte[] request(String... words) {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            request.append('$')
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        return request.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Sets all keys, in the databases 0 and 1. */
    static void fill(int redisPort) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redisPort)) {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            InputStream in = socket.getInputStream();
            for (int database = 0; database < 2; database++) {
                out.write(request("SELECT", String.valueOf(database)));
                for (int i = 0; i < COUNT; i++) {
                    out.write(request("SET", name(i), VALUE));
                }
                out.flush();
                byte[] replies = in.readNBytes(OK.length() * (COUNT + 1));
                if (!new String(replies, StandardCharsets.US_ASCII).equals(OK.repeat(COUNT + 1))) {
                    throw new IOException("Redis refused the keys of the load");
                }
            }
        }
    }
}
