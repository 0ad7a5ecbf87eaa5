package dev.cachepolicy.agent.proxy;

import org.jspecify.annotations.Nullable;

/** What a client may call itself: what stands in a line of CLIENT LIST without being taken for something else. */
final class ClientNames {

    private ClientNames() {}

    /** {@return Redis's error for a name, or null if it is good} */
    static @Nullable String fault(byte[] name) {
        return isPrintable(name) ? null : "ERR Client names cannot contain spaces, newlines or special characters.";
    }

    static boolean isPrintable(byte[] text) {
        for (byte b : text) {
            if (b < '!' || b > '~') {
                return false;
            }
        }
        return true;
    }
}
