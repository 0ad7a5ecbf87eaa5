package dev.cachepolicy.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one path of an {@link HttpEndpoint} shows. Called on a virtual thread for each request, by several at once. */
@FunctionalInterface
public interface Page {

    /**
     * {@return the content at this moment}
     *
     * @param accept the request's Accept header
     */
    Content content(@Nullable String accept);

    /** A response: {@code body} as {@code contentType} under an HTTP status. */
    record Content(int status, String contentType, String body) {

        byte[] bytes() {
            return body.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** {@return a page with all metrics of a registry, in the version of Prometheus' text format that a scraper accepts} */
    static Page metrics(CollectorRegistry registry) {
        return accept -> {
            String contentType = TextFormat.chooseContentType(accept);
            StringWriter text = new StringWriter(8192);
            try {
                TextFormat.writeFormat(contentType, text, registry.metricFamilySamples());
            } catch (IOException e) {
                throw new UncheckedIOException("a StringWriter does not fail", e);
            }
            return new Content(200, contentType, text.toString());
        };
    }

    /** {@return a page for a probe: 200 or 503 with one sentence} */
    static Page probe(Supplier<Health> probe) {
        return _ -> {
            Health health = probe.get();
            return text(health.ok() ? 200 : 503, health.message());
        };
    }

    /** {@return a page of JSON} */
    static Page json(Supplier<String> json) {
        return _ -> new Content(200, "application/json", json.get());
    }

    static Content text(int status, String line) {
        return new Content(status, "text/plain; charset=utf-8", line + "\n");
    }
}
