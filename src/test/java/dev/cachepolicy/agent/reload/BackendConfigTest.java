package dev.cachepolicy.agent.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.testing.AgentConfigs;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BackendConfigTest {

    private static final AgentConfig ONE = AgentConfigs.config(1, "127.0.0.1:6380", 6379);
    private static final AgentConfig TWO = AgentConfigs.config(2, "127.0.0.1:6380", 6379);
    private static final String CUT = AgentConfigYaml.write(TWO).replace("...\n", "");
    private static final String NEWER =
            AgentConfigYaml.write(TWO).replace("\"requires\": []", "\"requires\": [\"TimeTravel\"]");

    static Stream<Arguments> filesThatComeOneAfterTheOther() {
        return Stream.of(
                Arguments.of("nothing was ever there", new Offer[] {new Offer.Absent()}, 0, null),
                Arguments.of("a first file", new Offer[] {whole(ONE)}, 1, null),
                Arguments.of("a newer file", new Offer[] {whole(ONE), whole(TWO)}, 2, null),
                Arguments.of(
                        "an older file, as after a restored backup", new Offer[] {whole(TWO), whole(ONE)}, 1, null),
                Arguments.of("a deleted file", new Offer[] {whole(ONE), new Offer.Absent()}, 1, null),
                Arguments.of("a truncated file", new Offer[] {whole(ONE), Offer.of(CUT)}, 1, Reason.Malformed),
                Arguments.of("a first file that is truncated", new Offer[] {Offer.of(CUT)}, 0, Reason.Malformed),
                Arguments.of(
                        "a file for newer agents", new Offer[] {whole(ONE), Offer.of(NEWER)}, 1, Reason.AgentTooOld),
                Arguments.of(
                        "a good file after a bad one", new Offer[] {whole(ONE), Offer.of(CUT), whole(TWO)}, 2, null),
                Arguments.of(
                        "a bad file that is deleted",
                        new Offer[] {whole(ONE), Offer.of(CUT), new Offer.Absent()},
                        1,
                        null),
                Arguments.of(
                        "a file that cannot be read",
                        new Offer[] {whole(ONE), Offer.unreadable("permission denied")},
                        1,
                        Reason.Malformed));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("filesThatComeOneAfterTheOther")
    void keepsTheLastGoodConfiguration(String name, Offer[] offers, long revision, Reason refused) {
        BackendConfig state = BackendConfig.NONE;
        for (Offer offer : offers) {
            state = state.offered(offer);
        }
        assertThat(state.revision()).isEqualTo(revision);
        assertThat(state.refused() == null ? null : state.refused().reason()).isEqualTo(refused);
    }

    private static Offer whole(AgentConfig config) {
        Offer offer = Offer.of(AgentConfigYaml.write(config));
        assertThat(offer).isInstanceOf(Offer.Whole.class);
        return offer;
    }
}
