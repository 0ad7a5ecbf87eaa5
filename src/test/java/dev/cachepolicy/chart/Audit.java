package dev.cachepolicy.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The audit log of an API server: who asked for what. */
final class Audit {

    private final Path directory;

    /**
     * @param directory of the policy and the log
     */
    Audit(Path directory) {
        this.directory = directory;
    }

    /** {@return the flags of an API server that logs here} */
    List<String> flags() throws IOException {
        Path policy = Files.writeString(directory.resolve("audit.yaml"), """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules: [{level: Metadata}]
                """);
        return List.of("--audit-policy-file=" + policy, "--audit-log-path=" + log());
    }

    private Path log() {
        return directory.resolve("audit.log");
    }

    /** What somebody asked: rights that were used, and requests that were refused for want of one. */
    record Asked(Set<String> used, List<String> forbidden) {}

    /** {@return what was asked on behalf of a user} */
    Asked by(String user) {
        Set<String> used = new TreeSet<>();
        List<String> forbidden = new ArrayList<>();
        for (JsonNode event : events()) {
            JsonNode about = event.path("objectRef");
            if (!event.at("/impersonatedUser/username").asText().equals(user) || about.isMissingNode()) {
                continue;
            }
            int code = event.at("/responseStatus/code").asInt();
            if (code == 403) {
                forbidden.add(event.path("verb").asText() + " "
                        + event.path("requestURI").asText() + ": "
                        + event.at("/responseStatus/message").asText());
            } else {
                used.add(right(event.path("verb").asText(), about));
                if (event.path("verb").asText().equals("patch") && code == 201) {
                    used.add(right("create", about)); // server-side apply of what did not exist needs both
                }
            }
        }
        return new Asked(used, forbidden);
    }

    private static String right(String verb, JsonNode about) {
        String subresource = about.path("subresource").asText();
        return Rights.right(
                about.path("apiGroup").asText(),
                about.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                verb);
    }

    private List<JsonNode> events() {
        List<JsonNode> events = new ArrayList<>();
        JsonMapper mapper = new JsonMapper();
        try {
            for (String line : Files.readAllLines(log())) {
                events.add(mapper.readTree(line));
            }
        } catch (JsonProcessingException e) {
            return events; // the last line is being written
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }
}
