package dev.cachepolicy.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.testing.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodAddressesIT {

    @TempDir
    Path locks;

    private final int port = Ports.free();

    @Test
    void noTwoPodsShareAnAddressEvenAcrossClusters() {
        try (PodAddresses.Address one = new PodAddresses(locks).take(List.of(port));
                PodAddresses.Address other = new PodAddresses(locks).take(List.of(port))) {
            assertThat(one.ip()).startsWith("127.0.1.").isNotEqualTo(other.ip());
        }
    }

    @Test
    void aClosedAddressIsFreeAgain() {
        PodAddresses addresses = new PodAddresses(locks);
        String first;
        try (PodAddresses.Address address = addresses.take(List.of(port))) {
            first = address.ip();
        }
        try (PodAddresses.Address again = addresses.take(List.of(port))) {
            assertThat(again.ip()).isEqualTo(first);
        }
    }

    @Test
    void anAddressWhereSomethingElseListensIsPassedOver() throws Exception {
        try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getByName("127.0.1.1"));
                PodAddresses.Address address = new PodAddresses(locks).take(List.of(port, stranger.getLocalPort()))) {
            assertThat(address.ip()).isNotEqualTo("127.0.1.1");
        }
    }
}
