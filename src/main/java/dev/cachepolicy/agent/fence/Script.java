package dev.cachepolicy.agent.fence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What Redis does for the agents in one step. Keys, arguments and replies stand at the head of each script. */
public enum Script {
    MISS("miss.lua"),
    FILL("fill.lua");

    private final String text;
    private final String sha1;

    Script(String file) {
        try (InputStream source = Script.class.getResourceAsStream(file)) {
            if (source == null) {
                throw new IllegalStateException(file + " is not beside " + Script.class.getName());
            }
            byte[] bytes = source.readAllBytes();
            text = new String(bytes, StandardCharsets.UTF_8);
            sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** {@return the script itself, for EVAL} */
    public String text() {
        return text;
    }

    /** {@return what EVALSHA calls it, in lower-case hexadecimal digits} */
    public String sha1() {
        return sha1;
    }
}
