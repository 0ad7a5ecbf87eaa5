package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One probe of one container, asked at the pod's address as the kubelet does. Knows httpGet and tcpSocket. */
final class ProbeCheck {

    private final Probe probe;
    private final Container container;
    private final String address;

    private ProbeCheck(Probe probe, Container container, String address) {
        this.probe = probe;
        this.container = container;
        this.address = address;
    }

    static Optional<ProbeCheck> of(@Nullable Probe probe, Container container, String address) {
        return Optional.ofNullable(probe).map(present -> new ProbeCheck(present, container, address));
    }

    Duration period() {
        return Duration.ofSeconds(probe.getPeriodSeconds() == null ? 10 : probe.getPeriodSeconds());
    }

    boolean passes() {
        try {
            if (probe.getHttpGet() != null) {
                return httpStatus() / 100 <= 3;
            }
            if (probe.getTcpSocket() != null) {
                try (Socket socket = new Socket()) {
                    socket.connect(
                            new InetSocketAddress(
                                    address, port(probe.getTcpSocket().getPort())),
                            timeout());
                    return true;
                }
            }
        } catch (IOException e) {
            return false;
        }
        throw new IllegalArgumentException(
                "container " + container.getName() + ": local mode knows probes with httpGet or tcpSocket");
    }

    private int httpStatus() throws IOException {
        var get = probe.getHttpGet();
        String path = get.getPath() == null ? "/" : get.getPath();
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://" + address + ":" + port(get.getPort()) + path)
                        .toURL()
                        .openConnection();
        connection.setConnectTimeout(timeout());
        connection.setReadTimeout(timeout());
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    private int timeout() {
        return 1000 * (probe.getTimeoutSeconds() == null ? 1 : probe.getTimeoutSeconds());
    }

    private int port(IntOrString port) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        return container.getPorts().stream()
                .filter(declared -> port.getStrVal().equals(declared.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "container " + container.getName() + " declares no port " + port.getStrVal()));
    }
}
