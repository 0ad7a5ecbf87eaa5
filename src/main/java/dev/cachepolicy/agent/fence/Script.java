package dev.cachepolicy.agent.fence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What Redis does for the agents in one step. Keys, arguments and replies stand at the head of each script. */
public enum Script {
    MISS("miss.lua"),
    FILL("fill.lua"),
    WRITE("write.lua"),
    LIFT("lift.lua"),
    EXPIRY("expiry.lua");

    private final String text;
    private final String digest;

    Script(String file) {
        try (InputStream source = Script.class.getResourceAsStream(file)) {
            if (source == null) {
                throw new IllegalStateException(file + " is not beside " + Script.class.getName());
            }
            byte[] bytes = source.readAllBytes();
            text = new String(bytes, StandardCharsets.UTF_8);
            digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the script itself, for EVAL} */
    public String text() {
        return text;
    }

    /**
     * {@return the first words of the command that runs it}
     *
     * @param known whether Redis should have it, so that its digest will do
     */
    public List<byte[]> call(boolean known) {
        return known ? List.of(bytes("EVALSHA"), bytes(digest)) : List.of(bytes("EVAL"), bytes(text));
    }

    private static byte[] bytes(String words) {
        return words.getBytes(StandardCharsets.UTF_8);
    }
}
