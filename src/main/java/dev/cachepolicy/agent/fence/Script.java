package dev.cachepolicy.agent.fence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What Redis does for the agents in one step. Keys, arguments and replies stand at the head of each script. */
public enum Script {
    MISS("miss.lua"),
    FILL("fill.lua");

    private final String text;

    Script(String file) {
        try (InputStream source = Script.class.getResourceAsStream(file)) {
            if (source == null) {
                throw new IllegalStateException(file + " is not beside " + Script.class.getName());
            }
            text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the script itself, for EVAL} */
    public String text() {
        return text;
    }
}
