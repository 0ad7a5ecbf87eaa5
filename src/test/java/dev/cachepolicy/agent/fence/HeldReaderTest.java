package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.HeldReader.Phase;
import org.junit.jupiter.api.Test;

/** That no value is overlooked; that none is too old is shown by {@link SharedWaitModelTest}. */
class HeldReaderTest {

    private static final Nonce LOAD = new Nonce("load");

    @Test
    void whoIsWokenWhileItAsksReadsAtOnce() {
        assertThat(HeldReader.ASKING.wake().taken(LOAD, true).phase()).isEqualTo(Phase.Reading);
    }

    @Test
    void whoIsWokenWhileItReadsNothingReadsOnceMore() {
        HeldReader reading = HeldReader.ASKING.present();

        assertThat(reading.wake().absent(true).taken(LOAD, true).phase()).isEqualTo(Phase.Reading);
    }

    @Test
    void whoIsWokenWhileItWaitsReadsOnce() {
        HeldReader reading = HeldReader.ASKING.taken(LOAD, true).wake();

        assertThat(reading.phase()).isEqualTo(Phase.Reading);
        assertThat(reading.absent(true).taken(LOAD, true).phase()).isEqualTo(Phase.Waiting);
    }

    @Test
    void whoMayNotWaitIsGivenNil() {
        assertThat(HeldReader.ASKING.taken(LOAD, false).phase()).isEqualTo(Phase.Ended);
        assertThat(HeldReader.ASKING.wake().taken(LOAD, false).phase()).isEqualTo(Phase.Ended);
        assertThat(HeldReader.ASKING.present().absent(false).phase()).isEqualTo(Phase.Ended);
    }

    @Test
    void nothingWakesWhoHasWhatItIsGiven() {
        HeldReader ended = HeldReader.ASKING.end();

        assertThat(ended.wake()).isEqualTo(ended);
    }

    @Test
    void whoWaitsForALoadIsGivenItsValueAndNoOther() {
        HeldReader waiting = HeldReader.ASKING.taken(LOAD, true);

        assertThat(waiting.filled(LOAD).phase()).isEqualTo(Phase.Ended);
        assertThat(waiting.filled(new Nonce("another")).phase()).isEqualTo(Phase.Reading);
    }

    @Test
    void whoDoesNotWaitIsWokenByAValue() {
        assertThat(HeldReader.ASKING.filled(LOAD)).isEqualTo(HeldReader.ASKING.wake());
        HeldReader reading = HeldReader.ASKING.taken(LOAD, true).wake();
        assertThat(reading.filled(LOAD)).isEqualTo(reading.wake());
    }
}
