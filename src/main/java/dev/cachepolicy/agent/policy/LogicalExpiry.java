package dev.cachepolicy.agent.policy;

import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.CommandWriter;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands that tell or set the expiry of a key whose policy serves stale values. Redis keeps such a string for longer than
 * the application is to know, but other types only for their TTL, and which of them a key is only Redis knows: so a script
 * carries the command out. It goes by its text, because a transaction learns too late that Redis has lost a digest, and
 * these commands are rare.
 */
final class LogicalExpiry {

    private static final List<byte[]> CALL = Script.EXPIRY.call(false);
    private static final byte[] ONE_KEY = {'1'};
    private static final List<Argument> BEGIN = List.of(
            new Argument.Text(CALL.get(0)),
            new Argument.Text(CALL.get(1)),
            new Argument.Text(ONE_KEY),
            Argument.kept(1, 2));

    private LogicalExpiry() {}

    /**
     * {@return the arguments of what goes in the place of a command whose second argument is its key}
     *
     * @param words of the command that is to be carried out, without the key
     */
    static List<Argument> command(Rule rule, Argument... words) {
        List<Argument> arguments = new ArrayList<>(BEGIN);
        arguments.add(Argument.number(rule.staleMillis()));
        arguments.addAll(List.of(words));
        return arguments;
    }

    /** Appends a command of the agent's own. */
    static void write(ByteBuf out, byte[] key, Rule rule, byte[] verb, byte[] expiry, byte[] condition) {
        byte[] longer = Long.toString(rule.staleMillis()).getBytes(StandardCharsets.US_ASCII);
        CommandWriter.write(out, CALL.get(0), CALL.get(1), ONE_KEY, key, longer, verb, expiry, condition);
    }
}
