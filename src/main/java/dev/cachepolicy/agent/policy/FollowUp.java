package dev.cachepolicy.agent.policy;

import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A command that sets the expiry of a key after the application's command was done. It is sent when that command's reply
 * is there and is no error, so its conditions are such that it may come late: it never takes back what a command in
 * between has set.
 *
 * @param key the key
 * @param millis the expiry
 * @param condition of PEXPIRE
 * @param change what is counted when the expiry was set, if anything is
 * @param rule whose key it is; under a dry run the key's expiry is only looked at
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; written to a socket
public record FollowUp(
        byte[] key,
        long millis,
        Condition condition,
        @Nullable TtlDecision change,
        Rule rule) {

    /** Conditions of PEXPIRE (Redis 7.0). */
    public enum Condition {
        /** Only if the key has no expiry. */
        NX,
        /** Only if the new one is shorter; no expiry counts as the longest. */
        LT,
        /** Only if the new one is longer; no expiry counts as the longest. */
        GT
    }

    private static final byte[] PEXPIRE = ascii("PEXPIRE");
    private static final byte[] PTTL = ascii("PTTL");

    /** Appends the command. */
    public void write(ByteBuf out) {
        if (rule.policy().dryRun()) {
            CommandWriter.write(out, PTTL, key);
        } else {
            byte[] expiry = ascii(Long.toString(millis));
            byte[] on = ascii(condition.name());
            if (rule.staleMillis() == 0) {
                CommandWriter.write(out, PEXPIRE, key, expiry, on);
            } else {
                LogicalExpiry.write(out, key, rule, PEXPIRE, expiry, on);
            }
        }
    }

    /** Counts what came of it. */
    public void replied(ReplyFramer reply) {
        if (change == null || reply.type().isError()) {
            return;
        }
        rule.counters().decided(changes(reply.integer()) ? change : TtlDecision.Kept);
    }

    private boolean changes(long answer) {
        if (!rule.policy().dryRun()) {
            return answer == 1;
        }
        return answer == -1 || (condition == Condition.LT && answer > millis);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
