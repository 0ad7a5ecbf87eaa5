package dev.cachepolicy.difference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.difference.History.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests may come in any pieces: here in two, cut at every byte, and byte by byte. */
class FragmentsIT {

    private static final List<List<Request>> PIPELINES = List.of(
            List.of(Request.of("SET", "str:0", "value\r\n$1\r\n"), Request.of("GET", "str:0")),
            List.of(
                    new Request(Request.Form.Inline, List.of("SET", "str 1", "\u0000'\"\n")),
                    Request.of("GET", "str 1")),
            List.of(Request.of("MULTI"), Request.of("INCR", "n"), Request.of("EXEC")),
            List.of(Request.of("HELLO", "3"), Request.of("SUBSCRIBE", "a", "b"), Request.of("PUBLISH", "a", "x")),
            List.of(Request.of("CLIENT", "REPLY", "SKIP"), Request.of("PING"), Request.of("SELECT", "1")),
            List.of(Request.of("NOSUCH", ""), Request.of("GET"), Request.raw("*1\r\n$abc\r\n")),
            List.of(Request.of("SET", "str:2", "x".repeat(40)), Request.of("QUIT")));

    @Test
    void repliesAreTheSame() throws Exception {
        List<Step> steps = new ArrayList<>();
        for (List<Request> requests : PIPELINES) {
            Turn whole = Turn.of(0, requests);
            int length = whole.bytes().length();
            for (int at = 1; at < length; at++) {
                steps.add(Step.of(Turn.of(0, Request.of("RESET"))));
                steps.add(Step.of(whole.cut(List.of((double) at / length))));
            }
            steps.add(Step.of(Turn.of(0, Request.of("RESET"))));
            steps.add(Step.of(whole.cut(HistoryGenerator.everywhere(length))));
        }
        History history = new History(0, steps);
        assertThat(history.commands()).isGreaterThan(1000);
        try (TestedRedis redis = new TestedRedis()) {
            assertThat(new Comparison(redis, redis.agentPort()).find(history, Duration.ofSeconds(30)))
                    .isNull();
        }
    }
}
