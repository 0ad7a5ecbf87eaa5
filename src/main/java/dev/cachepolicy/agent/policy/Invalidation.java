package dev.cachepolicy.agent.policy;

import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandSpec;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A SET or DEL for what it does to older values: they are gone. That much can be promised while Redis does not answer, by
 * whoever remembers the keys and removes them from Redis before anybody reads them there. The value of the SET is given up;
 * the next reader loads it again.
 *
 * @param keys that it names
 * @param stores whether it is a SET, of any kind
 */
public record Invalidation(List<byte[]> keys, boolean stores) {

    /**
     * {@return what a command is taken for, or null} Only commands whose reply is known beforehand: a SET that Redis may
     * refuse or that asks for the old value is none, nor is one of a key whose policy does not fail open.
     *
     * @param first position of the first key
     * @param rules of the keys, from there on
     */
    static @Nullable Invalidation of(Command command, int first, List<@Nullable Rule> rules) {
        boolean removes = isRemoval(command.spec());
        if (!removes && !isStore(command)) {
            return null;
        }
        for (Rule rule : rules) {
            if (rule == null || !rule.policy().failsOpen()) {
                return null;
            }
        }
        List<byte[]> keys = new ArrayList<>(rules.size());
        for (int i = 0; i < rules.size(); i++) {
            keys.add(command.copy(first + i));
        }
        return new Invalidation(keys, !removes);
    }

    /** {@return whether a command removes keys and does nothing else} */
    static boolean isRemoval(CommandSpec spec) {
        return spec.verb().equals("DEL") || spec.verb().equals("UNLINK");
    }

    private static boolean isStore(Command command) {
        return switch (command.spec().expiry()) {
            case Set -> {
                SetOptions options = command.count() < 3 ? null : SetOptions.parse(command, 3);
                yield options != null && options.certain() && !options.persist();
            }
            case SetEx -> command.count() == 4 && SetOptions.seconds(command.integer(2)) > 0;
            case PSetEx -> command.count() == 4 && SetOptions.positive(command.integer(2)) > 0;
            default -> false;
        };
    }

    /** Answers it, once its keys are remembered. A DEL is told that nothing was there, as the reads before it were. */
    public void answer(ByteBuf out) {
        if (stores) {
            ReplyWriter.status(out, "OK");
        } else {
            ReplyWriter.integer(out, 0);
        }
    }
}
