package dev.cachepolicy.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.StandInClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A kubelet may probe at any moment of a start. */
class OperatorStartIT {

    private final int port = Ports.free();

    private boolean listens() {
        try (Socket _ = new Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void nothingIsProbedBeforeThereIsSomethingToTellOfNorAfterAFailedStart() {
        OperatorOptions options = new OperatorOptions(
                "cachepolicy-system",
                OperatorOptions.LEASE,
                "test",
                "0.0.0",
                Set.of("shop"),
                new InetSocketAddress("127.0.0.1", port),
                false,
                Duration.ofSeconds(1),
                null,
                null);
        List<Boolean> listened = new ArrayList<>();

        assertThatThrownBy(() -> Operator.start(
                        options,
                        StandInClient.answering(method -> {
                            listened.add(listens());
                            throw new IllegalStateException("no backends to watch");
                        }),
                        Clock.systemUTC(),
                        () -> {}))
                .hasMessage("no backends to watch");

        assertThat(listened).isNotEmpty().containsOnly(false);
        assertThat(listens()).isFalse();
    }
}
