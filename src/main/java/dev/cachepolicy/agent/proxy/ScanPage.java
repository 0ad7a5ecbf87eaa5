package dev.cachepolicy.agent.proxy;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The reply to a SCAN.
 *
 * @param cursor where the next page begins
 * @param keys in the page
 */
record ScanPage(String cursor, List<byte[]> keys) {

    /** Reads a complete reply: an array of the cursor and an array of keys, all of them bulk strings. */
    static ScanPage parse(ByteBuf reply) {
        number(reply);
        String cursor = new String(bulk(reply), StandardCharsets.US_ASCII);
        int count = number(reply);
        List<byte[]> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(bulk(reply));
        }
        return new ScanPage(cursor, keys);
    }

    private static byte[] bulk(ByteBuf reply) {
        byte[] bytes = new byte[number(reply)];
        reply.readBytes(bytes);
        reply.skipBytes(2);
        return bytes;
    }

    private static int number(ByteBuf reply) {
        reply.skipBytes(1);
        int number = 0;
        for (byte digit = reply.readByte(); digit != '\r'; digit = reply.readByte()) {
            number = number * 10 + digit - '0';
        }
        reply.skipBytes(1);
        return number;
    }
}
