package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.Invalidation;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The reply of a command that Redis does not answer: what a policy that fails open has for it, or an error. */
final class Substitute {

    private final Supplier<Settings> settings;

    Substitute(Supplier<Settings> settings) {
        this.settings = settings;
    }

    Settings settings() {
        return settings.get();
    }

    /**
     * Writes it. What it promises is remembered before.
     *
     * @param fence what the command is to the fence of its key
     */
    void write(ByteBuf reply, @Nullable Observation observation, @Nullable Fence fence, boolean resp3, Loss loss) {
        Invalidation invalidation = observation == null ? null : observation.invalidation();
        if (invalidation != null) {
            Settings current = settings.get();
            current.backend().gate().remember(invalidation, current.rules(), loss.address());
            invalidation.answer(reply);
        } else if (observation != null && observation.canAnswerAbsent()) {
            // What is loaded now began when no invalidation could be heard of.
            settings.get().fences().begunInVain(fence);
            observation.answerAbsent(reply, resp3);
        } else {
            ReplyWriter.error(
                    reply,
                    "CACHEPOLICY backend " + loss.endpoint() + " does not answer: "
                            + loss.failure().detail());
        }
    }
}
