package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.HeldReader.Phase;
import org.junit.jupiter.api.Test;

/** That no value is overlooked; that none is too old is shown by {@link SharedWaitModelTest}. */
class HeldReaderTest {

    @Test
    void whoIsWokenWhileItAsksReadsAtOnce() {
        assertThat(HeldReader.ASKING.wake().taken(true).phase()).isEqualTo(Phase.Reading);
    }

    @Test
    void whoIsWokenWhileItReadsNothingReadsOnceMore() {
        HeldReader reading = HeldReader.ASKING.present();

        assertThat(reading.wake().absent(true).taken(true).phase()).isEqualTo(Phase.Reading);
    }

    @Test
    void whoIsWokenWhileItWaitsReadsOnce() {
        HeldReader reading = HeldReader.ASKING.taken(true).wake();

        assertThat(reading.phase()).isEqualTo(Phase.Reading);
        assertThat(reading.absent(true).taken(true).phase()).isEqualTo(Phase.Waiting);
    }

    @Test
    void whoMayNotWaitIsGivenNil() {
        assertThat(HeldReader.ASKING.taken(false).phase()).isEqualTo(Phase.Ended);
        assertThat(HeldReader.ASKING.wake().taken(false).phase()).isEqualTo(Phase.Ended);
        assertThat(HeldReader.ASKING.present().absent(false).phase()).isEqualTo(Phase.Ended);
    }

    @Test
    void nothingWakesWhoHasWhatItIsGiven() {
        HeldReader ended = HeldReader.ASKING.end();

        assertThat(ended.wake()).isEqualTo(ended);
    }
}
