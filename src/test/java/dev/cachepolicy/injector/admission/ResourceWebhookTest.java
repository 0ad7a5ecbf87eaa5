package dev.cachepolicy.injector.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.injector.admission.Verdict.Allow;
import dev.cachepolicy.injector.admission.Verdict.Deny;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceWebhookTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String GOOD = policy("user:{id}", "10m", "");
    private static final String BAD = policy("user:{id", "10m", "");

    private static String policy(String pattern, String ttl, String labels) {
        return """
                {"metadata": {"name": "users", "namespace": "shop", "creationTimestamp": "2026-01-02T00:00:00Z", "labels": {%s}},
                 "spec": {"backendRef": {"name": "shop-redis"}, "keyPattern": "%s", "ttl": {"value": "%s"}}}""".formatted(labels, pattern, ttl);
    }

    private static String backend(String spec) {
        return """
                {"metadata": {"name": "shop-redis", "namespace": "shop"}, "spec": {"endpoints": ["redis:6379"] %s}}""".formatted(spec);
    }

    private static Verdict review(String backend, String kind, String operation, String object, String old)
            throws Exception {
        CacheBackend present = MAPPER.readValue(backend, CacheBackend.class);
        return review(KnownBackends.of(present), List.of(), kind, operation, object, old);
    }

    private static Verdict review(
            BackendLookup backends, List<CachePolicy> same, String kind, String operation, String object, String old)
            throws Exception {
        return new ResourceWebhook(backends, policy -> same)
                .review(AdmissionCall.of(AdmissionHandlerTest.review(kind, operation, "shop", object, old)));
    }

    private static Verdict create(String policy) throws Exception {
        return review(
                backend(", \"keyspace\": [\"user:**\"], \"limits\": {\"maxTTL\": \"1h\"}"),
                "CachePolicy",
                "CREATE",
                policy,
                "null");
    }

    @Test
    void aGoodPolicyIsAllowedWithoutAWord() throws Exception {
        assertThat(create(GOOD)).isEqualTo(Verdict.allow());
    }

    @Test
    void aPolicyIsRefusedForWhatTheSchemaCannotSee() throws Exception {
        assertThat(create(BAD))
                .isInstanceOfSatisfying(
                        Deny.class, deny -> assertThat(deny.sentence()).startsWith("spec.keyPattern: "));
    }

    @Test
    void aPolicyIsRefusedForWhatItsBackendForbids() throws Exception {
        assertThat(create(policy("shop:{id}", "2h", "")))
                .isInstanceOfSatisfying(
                        Deny.class,
                        deny -> assertThat(deny.sentence())
                                .contains("spec.keyPattern: ")
                                .contains("; ")
                                .contains("spec.ttl.value: "));
    }

    @Test
    void aBackendThatIsNotThereYetIsAWarning() throws Exception {
        assertThat(create(GOOD.replace("shop-redis", "other")))
                .isEqualTo(
                        new Allow(
                                List.of(
                                        "spec.backendRef.name: namespace shop has no CacheBackend other yet; until it is there, the policy has no effect")));
    }

    @Test
    void aBackendThatMemoryDoesNotHaveYetIsAskedFor() throws Exception {
        CacheBackend stored = MAPPER.readValue(backend(", \"limits\": {\"maxTTL\": \"1h\"}"), CacheBackend.class);
        BackendLookup trailing = new KnownBackends(List.of(), List.of(stored));
        assertThat(review(trailing, List.of(), "CachePolicy", "CREATE", GOOD, "null"))
                .isEqualTo(Verdict.allow());
        assertThat(review(trailing, List.of(), "CachePolicy", "CREATE", policy("user:{id}", "2h", ""), "null"))
                .isInstanceOf(Deny.class);
    }

    @Test
    void nothingIsSaidOfABackendThatNobodyCouldAskFor() throws Exception {
        assertThat(review(new KnownBackends(List.of(), null), List.of(), "CachePolicy", "CREATE", GOOD, "null"))
                .isEqualTo(Verdict.allow());
    }

    private static Verdict createBeside(String name, String created, String more) throws Exception {
        CachePolicy other = MAPPER.readValue("""
                {"metadata": {"name": "%s", "namespace": "shop", "creationTimestamp": "%s" %s},
                 "spec": {"backendRef": {"name": "shop-redis"}, "keyPattern": "user:{uid}"}}""".formatted(name, created, more), CachePolicy.class);
        return review(
                KnownBackends.of(MAPPER.readValue(backend(""), CacheBackend.class)),
                List.of(other),
                "CachePolicy",
                "CREATE",
                GOOD,
                "null");
    }

    @Test
    void anOlderPolicyWithTheSamePatternIsNamedInAWarning() throws Exception {
        assertThat(createBeside("profiles", "2026-01-01T00:00:00Z", ""))
                .isEqualTo(new Allow(List.of(
                        "spec.keyPattern: CachePolicy shop/profiles has the same pattern as 'user:{id}' and comes first"
                                + " (the older one, then the lesser name): write another pattern, or delete one of the two;"
                                + " until then this policy has no effect")));
    }

    @Test
    void whoeverComesSecondIsNotWarnedOf() throws Exception {
        assertThat(createBeside("profiles", "2026-01-03T00:00:00Z", "")).isEqualTo(Verdict.allow());
        assertThat(createBeside("zebras", "2026-01-02T00:00:00Z", "")).isEqualTo(Verdict.allow());
    }

    @Test
    void aPolicyThatIsRejectedOrGoingHasNoPattern() throws Exception {
        assertThat(createBeside(
                        "profiles", "2026-01-01T00:00:00Z", ", \"deletionTimestamp\": \"2026-01-02T00:00:00Z\""))
                .isEqualTo(Verdict.allow());
        String rejected = "}, \"status\": {\"conditions\": [{\"type\": \"Accepted\", \"status\": \"False\"}]";
        assertThat(createBeside("profiles", "2026-01-01T00:00:00Z", rejected)).isEqualTo(Verdict.allow());
    }

    @Test
    void anUnchangedSpecIsAllowedHoweverBad() throws Exception {
        String labelled = policy("user:{id", "10m", "\"team\": \"shop\"");
        assertThat(review(backend(""), "CachePolicy", "UPDATE", labelled, BAD)).isEqualTo(Verdict.allow());
        assertThat(review(backend(""), "CachePolicy", "UPDATE", BAD, GOOD)).isInstanceOf(Deny.class);
    }

    @Test
    void deletionIsAllowed() throws Exception {
        assertThat(review(backend(""), "CachePolicy", "DELETE", "null", BAD)).isEqualTo(Verdict.allow());
    }

    @Test
    void aBackendIsRefusedForWhatTheSchemaCannotSee() throws Exception {
        assertThat(review(backend(""), "CacheBackend", "CREATE", backend(", \"keyspace\": [\"user:{id\"]"), "null"))
                .isInstanceOfSatisfying(
                        Deny.class, deny -> assertThat(deny.sentence()).startsWith("spec.keyspace"));
    }

    @Test
    void oneSecretForOperatorAndAgentsIsAWarning() throws Exception {
        String auth = ", \"auth\": {\"adminSecretRef\": {\"name\": \"%s\"}, \"agentSecretRef\": {\"name\": \"%s\"}}";
        assertThat(review(backend(""), "CacheBackend", "CREATE", backend(auth.formatted("one", "one")), "null"))
                .isInstanceOfSatisfying(
                        Allow.class,
                        allow -> assertThat(allow.warnings())
                                .singleElement()
                                .asString()
                                .contains("the same Secret"));
        assertThat(review(backend(""), "CacheBackend", "CREATE", backend(auth.formatted("one", "two")), "null"))
                .isEqualTo(Verdict.allow());
    }
}
