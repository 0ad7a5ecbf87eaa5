package dev.cachepolicy.difference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.difference.History.Step;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The comparison sees what it is there for: a relay that errs now and then is found, and its error is made small. */
class FaultyRelayIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SHRINKING = Duration.ofMinutes(1);

    private static TestedRedis redis;

    @BeforeAll
    static void start() throws Exception {
        redis = new TestedRedis();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    /** How a relay errs, and with how many requests that can be shown. */
    private enum Fault {
        WrongByte(replies -> replies.replace("$1\r\na\r\n", "$1\r\nb\r\n"), 2),
        SwappedReplies(replies -> replies.replace("+OK\r\n:1\r\n", ":1\r\n+OK\r\n"), 2),
        LostReply(replies -> replies.replace("$-1\r\n$-1\r\n", "$-1\r\n"), 2),
        ReplyTwice(replies -> replies.replaceFirst("-WRONGTYPE[^\n]*\n", "$0$0"), 3),
        LostNull(replies -> replies.replace("*-1\r\n", "*0\r\n"), 1);

        private final UnaryOperator<String> change;
        private final int requests;

        Fault(UnaryOperator<String> change, int requests) {
            this.change = change;
            this.requests = requests;
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorsOfARelayAreFoundAndMadeSmall(Fault fault) throws Exception {
        try (FaultyRelay relay = new FaultyRelay(redis.port(), fault.change)) {
            Comparison comparison = new Comparison(redis, relay.port());
            Shrinker.Shrunk found = null;
            for (long seed = 1; found == null; seed++) {
                assertThat(seed).as("histories without a difference").isLessThan(20);
                History history = HistoryGenerator.generate(seed, 500);
                Difference difference = comparison.find(history, PATIENCE);
                if (difference != null) {
                    found = new Shrinker(comparison, history, difference, SHRINKING).shrink();
                }
            }
            assertThat(found.history().commands())
                    .as(found.report())
                    .isPositive()
                    .isLessThanOrEqualTo(fault.requests);
            for (Step step : found.history().steps()) {
                step.turns()
                        .forEach(turn -> turn.requests()
                                .forEach(request -> assertThat(request.line().length())
                                        .as(request.line())
                                        .isLessThan(100)));
            }
            assertThat(comparison.find(found.history(), PATIENCE)).isNotNull();
        }
    }

    @Test
    void anHonestRelayIsNotSeen() throws Exception {
        try (FaultyRelay relay = new FaultyRelay(redis.port(), UnaryOperator.identity())) {
            Comparison comparison = new Comparison(redis, relay.port());
            for (long seed = 1; seed <= 3; seed++) {
                assertThat(comparison.find(HistoryGenerator.generate(seed, 2000), PATIENCE))
                        .isNull();
            }
        }
    }
}
