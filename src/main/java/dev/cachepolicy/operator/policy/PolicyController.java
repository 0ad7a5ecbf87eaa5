package dev.cachepolicy.operator.policy;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.operator.backend.BackendOutcomes;
import dev.cachepolicy.operator.backend.Backends;
import dev.cachepolicy.operator.status.EventRecorder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Everything that looks after CachePolicies in the operator that leads. */
public final class PolicyController implements AutoCloseable {

    private final Backends backends;
    private final PolicyOfBackendSource source = new PolicyOfBackendSource();
    private final BackendOutcomes outcomes = new BackendOutcomes(source::outcomeChanged, System::nanoTime);
    private final CachePolicyReconciler reconciler;

    public PolicyController(Backends backends, EventRecorder recorder, InstantSource clock) {
        this.backends = backends;
        this.reconciler = new CachePolicyReconciler(
                backends, outcomes, source, new PolicyStatusFactory(clock), new PolicyEvents(recorder));
        backends.listen(source);
    }

    /** {@return where the reconciler of backends says what became of their policies} */
    public BackendOutcomes outcomes() {
        return outcomes;
    }

    /**
     * Adds the controller.
     *
     * @param common configuration that all controllers share
     */
    public void register(Operator sdk, Consumer<ControllerConfigurationOverrider<CachePolicy>> common) {
        sdk.register(reconciler, configuration -> {
            common.accept(configuration);
            configuration.withName("CachePolicy");
        });
    }

    @Override
    public void close() {
        backends.unlisten(source);
    }
}
