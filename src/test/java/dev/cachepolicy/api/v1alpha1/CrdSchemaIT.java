package dev.cachepolicy.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachepolicy.testing.KubeApi;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrdSchemaIT {
    @Test
    void apiServerTakesTheCrds() {
        KubeApi api = KubeApi.shared();
        assertThat(api.client()
                        .resources(CachePolicy.class)
                        .inNamespace(api.newNamespace())
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void listOfBackendsShowsTheKillSwitch() {
        KubeApi api = KubeApi.shared();
        String namespace = api.newNamespace();
        backend(api, namespace, "enforcing", "");
        backend(api, namespace, "switched-off", "agent: {enforcement: \"Off\"}");

        JsonNode table = table(api, namespace);

        int column = IntStream.range(0, table.path("columnDefinitions").size())
                .filter(n -> table.at("/columnDefinitions/" + n + "/name")
                                .asText()
                                .equals("Enforcement")
                        && table.at("/columnDefinitions/" + n + "/priority").asInt() == 0)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no column Enforcement"));
        assertThat(table.path("rows"))
                .extracting(row -> row.path("cells").path(column).asText(""))
                .containsExactly("", "Off");
    }

    private static void backend(KubeApi api, String namespace, String name, String more) {
        api.client()
                .resource(Serialization.unmarshal("""
                        apiVersion: cachepolicy.dev/v1alpha1
                        kind: CacheBackend
                        metadata: {name: %s}
                        spec:
                          endpoints: ["redis.shop.svc:6379"]
                        """.formatted(name) + more.indent(2), CacheBackend.class))
                .inNamespace(namespace)
                .create();
    }

    /** {@return what kubectl prints its table of} */
    private static JsonNode table(KubeApi api, String namespace) {
        HttpClient http = api.client().getHttpClient();
        String url = api.client().getMasterUrl() + "apis/" + Names.GROUP + "/" + Names.VERSION + "/namespaces/"
                + namespace + "/cachebackends";
        HttpResponse<String> response = http.sendAsync(
                        http.newHttpRequestBuilder()
                                .uri(url)
                                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                                .build(),
                        String.class)
                .join();
        return Serialization.unmarshal(response.body(), JsonNode.class);
    }
}
