package dev.cachepolicy.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A Redis that is used as a cache, with the limits its platform team sets for the policies on it. */
@Group(Names.GROUP)
@Version(Names.VERSION)
@ShortNames("cbe")
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$')",
        message = "a CacheBackend's name becomes part of volume names: at most 52 characters,"
                + " lower-case letters, digits and '-', no dots")
@AdditionalPrinterColumn(name = "Endpoint", jsonPath = ".spec.endpoints[0]", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Max memory",
        jsonPath = ".status.redis.maxMemory",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Eviction",
        jsonPath = ".status.redis.evictionPolicy",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Enforcement",
        jsonPath = ".spec.agent.enforcement",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Policies", jsonPath = ".status.policies", type = AdditionalPrinterColumn.Type.INTEGER)
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
public final class CacheBackend extends CustomResource<CacheBackendSpec, CacheBackendStatus> implements Namespaced {

    /** For Jackson; {@code spec} and {@code status} are records, which have no empty form. */
    public CacheBackend() {}

    @Override
    @SuppressWarnings("NullAway") // CustomResource is not annotated: null means "absent" there
    protected CacheBackendSpec initSpec() {
        return null;
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    protected CacheBackendStatus initStatus() {
        return null;
    }
}
