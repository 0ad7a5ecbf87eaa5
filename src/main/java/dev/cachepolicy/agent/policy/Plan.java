package dev.cachepolicy.agent.policy;

import dev.cachepolicy.resp.Argument;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done with a command. */
public sealed interface Plan {

    /** {@return what watches the command until its reply, if a policy has a say} */
    @Nullable
    Observation observation();

    /** No policy has a say: it is forwarded as it is. */
    record Forward() implements Plan {

        @Override
        public @Nullable Observation observation() {
            return null;
        }
    }

    /** It is forwarded as it is, and its reply counted. */
    record Observe(Observation observation) implements Plan {}

    /** Another command goes in its place whose reply is the same. */
    record Rewrite(List<Argument> arguments, Observation observation) implements Plan {

        public Rewrite {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * It is carried out together with what it is to the fences of its keys.
     *
     * @param then what is done with it besides
     */
    record Fenced(Fence fence, Plan then) implements Plan {

        @Override
        public @Nullable Observation observation() {
            return then.observation();
        }
    }

    /**
     * It is forwarded. When its reply has come and is no error, these are sent on the same connection, before any command
     * of the client that could tell the difference, and their replies swallowed. In a transaction they wait for EXEC.
     *
     * @param arguments of the command that goes in its place, whose reply is the same; empty: it goes as it is
     */
    record Follow(List<Argument> arguments, List<FollowUp> followUps, Observation observation) implements Plan {

        public Follow {
            arguments = List.copyOf(arguments);
            followUps = List.copyOf(followUps);
        }
    }

    /**
     * When it has been carried out, keys are stale: its reply is given when they are removed.
     *
     * @param then what is done with it besides
     */
    record Triggering(StaleKeys stale, Plan then) implements Plan {

        @Override
        public @Nullable Observation observation() {
            return then.observation();
        }
    }

    /** {@return the arguments of the command that goes in its place, empty: it goes as it is} */
    static List<Argument> arguments(Plan plan) {
        if (plan instanceof Rewrite rewrite) {
            return rewrite.arguments();
        }
        return plan instanceof Follow follow ? follow.arguments() : List.of();
    }
}
