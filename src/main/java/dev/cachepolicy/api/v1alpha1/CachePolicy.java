package dev.cachepolicy.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** How the keys that match one pattern are cached on a {@link CacheBackend}. */
@Group(Names.GROUP)
@Version(Names.VERSION)
@Plural("cachepolicies")
@ShortNames("cpol")
@AdditionalPrinterColumn(
        name = "Key pattern",
        jsonPath = ".spec.keyPattern",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Strategy",
        jsonPath = ".status.effective.strategy",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "TTL", jsonPath = ".spec.ttl.value", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Stampede",
        jsonPath = ".spec.stampede.mode",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Enforcement",
        jsonPath = ".status.effective.enforcement",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Hit ratio",
        jsonPath = ".status.observed.hitRatio",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Synced", jsonPath = ".status.agents.ratio", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public final class CachePolicy extends CustomResource<CachePolicySpec, CachePolicyStatus> implements Namespaced {

    /** For Jackson; {@code spec} and {@code status} are records, which have no empty form. */
    public CachePolicy() {}

    @Override
    @SuppressWarnings("NullAway") // CustomResource is not annotated: null means "absent" there
    protected CachePolicySpec initSpec() {
        return null;
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    protected CachePolicyStatus initStatus() {
        return null;
    }
}
