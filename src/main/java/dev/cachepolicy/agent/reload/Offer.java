package dev.cachepolicy.agent.reload;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.Heartbeat.Refusal;

/** What a configuration file offers. */
sealed interface Offer {

    /** A configuration that can be used, with the text that it was read from. */
    record Whole(AgentConfig config, String text) implements Offer {}

    /** A file that cannot be used. */
    record Unusable(Refusal refusal) implements Offer {}

    /** No file. */
    record Absent() implements Offer {}

    /** {@return what a text offers} */
    static Offer of(String text) {
        try {
            return new Whole(AgentConfigYaml.read(text), text);
        } catch (AgentConfigException e) {
            return new Unusable(new Refusal(e.reason(), String.valueOf(e.getMessage())));
        }
    }

    /** {@return the offer of a file that is there and cannot be read} */
    static Offer unreadable(String message) {
        return new Unusable(new Refusal(AgentConfigException.Reason.Malformed, message));
    }
}
