package dev.cachepolicy.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What operators asked of an API server: its audit log without what the benchmark itself did, which says so in its user
 * agent. The log is written before a request is answered. Used by one thread.
 */
final class AuditLog {

    /** User agent of the benchmark's own client. */
    static final String OURSELVES = "scale-benchmark";

    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");

    private final JsonMapper mapper = new JsonMapper();
    private final Path directory;
    private final List<Request> requests = new ArrayList<>();
    private long read;

    /** @param resource with its subresource, as {@code cachepolicies/status} */
    record Request(String namespace, String verb, String resource) {

        boolean writes() {
            return WRITES.contains(verb);
        }
    }

    /** @param directory for the log and its policy */
    AuditLog(Path directory) {
        this.directory = directory;
    }

    /** {@return the flags of an API server that logs here} */
    List<String> flags() throws IOException {
        Path policy = Files.writeString(directory.resolve("audit.yaml"), """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                omitManagedFields: true
                rules: [{level: Metadata}]
                """);
        return List.of("--audit-policy-file=" + policy, "--audit-log-path=" + log(), "--audit-log-maxsize=4096");
    }

    private Path log() {
        return directory.resolve("audit.log");
    }

    /** {@return how many requests were logged so far: a mark for {@link #since}} */
    int mark() throws IOException {
        readOn();
        return requests.size();
    }

    /** {@return the requests in a namespace that were logged after a mark} */
    List<Request> since(int mark, String namespace) throws IOException {
        readOn();
        return requests.subList(mark, requests.size()).stream()
                .filter(request -> request.namespace().equals(namespace))
                .toList();
    }

    private void readOn() throws IOException {
        byte[] more;
        try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "r")) {
            more = new byte[Math.toIntExact(file.length() - read)];
            file.seek(read);
            file.readFully(more);
        }
        int begin = 0;
        for (int end = 0; end < more.length; end++) {
            if (more[end] == '\n') {
                add(new String(more, begin, end - begin, StandardCharsets.UTF_8));
                begin = end + 1;
            }
        }
        read += begin;
    }

    private void add(String line) throws IOException {
        JsonNode event = mapper.readTree(line);
        JsonNode about = event.path("objectRef");
        if (!event.path("userAgent").asText().equals(OURSELVES)) {
            String subresource = about.path("subresource").asText();
            requests.add(new Request(
                    about.path("namespace").asText(),
                    event.path("verb").asText(),
                    about.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource)));
        }
    }
}
