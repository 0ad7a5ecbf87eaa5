package dev.cachepolicy.agent.reload;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Heartbeat.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What the agent knows of one backend's configuration. A configuration once had is kept until a better one is offered:
 * neither a bad file nor a deleted one takes it away.
 *
 * @param config in use; null: none yet
 * @param refused why the file that lies there now is not used; null: it is, or there is none
 */
public record BackendConfig(
        @Nullable AgentConfig config, @Nullable Refusal refused) {

    static final BackendConfig NONE = new BackendConfig(null, null);

    /** {@return what is known after a file was offered} */
    BackendConfig offered(Offer offer) {
        return new BackendConfig(
                offer instanceof Offer.Whole whole ? whole.config() : config,
                offer instanceof Offer.Unusable unusable ? unusable.refusal() : null);
    }

    /** {@return the revision in use; 0: none} */
    public long revision() {
        return config == null ? 0 : config.revision();
    }
}
