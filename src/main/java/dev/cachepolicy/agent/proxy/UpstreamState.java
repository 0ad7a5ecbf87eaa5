package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.proxy.Handshake.Step;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * How far an upstream connection has come: Connecting, Handshaking, Ready, Closed, in this order; Closed comes after any
 * of them and is the end.
 */
sealed interface UpstreamState {

    /** No connection yet; nothing may be sent. */
    record Connecting() implements UpstreamState {

        Handshaking connected(List<Step> steps) {
            return new Handshaking(new ArrayDeque<>(steps));
        }
    }

    /** The steps were sent, and these are not answered yet. */
    record Handshaking(Queue<Step> unanswered) implements UpstreamState {}

    /** Takes commands. */
    record Ready() implements UpstreamState {}

    /** Takes nothing any more. */
    record Closed(UpstreamFailure failure) implements UpstreamState {}
}
