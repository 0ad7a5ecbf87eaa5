package dev.cachepolicy.injector;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS handshakes of a client that checks authority and host, as the API server does. */
record Handshake(SSLContext context) {

    /** {@return a client that trusts these authorities alone, as PEM} */
    static Handshake trusting(String bundle) throws Exception {
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        int index = 0;
        for (Certificate authority : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(bundle.getBytes(StandardCharsets.US_ASCII)))) {
            authorities.setCertificateEntry("authority-" + index++, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), new SecureRandom());
        return new Handshake(context);
    }

    /** {@return the certificate that the server at a port of this machine shows} */
    X509Certificate with(int port) throws Exception {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** {@return how many of two calls on one connection the server answers before it ends the connection} */
    int answersToTwoCalls(int port, String path) throws Exception {
        String call = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n";
        try (Socket socket = context.getSocketFactory().createSocket("127.0.0.1", port)) {
            // The second call asks for the end itself, or the answer to it would be waited for with it.
            socket.getOutputStream()
                    .write((call + "\r\n" + call + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answers.split("HTTP/1.1 400", -1).length - 1;
        }
    }

    /** {@return the status line of the answer to a call on a connection that was in use before the event; null: it was closed} */
    @Nullable
    String answerAfter(Runnable event, int port, String path) throws Exception {
        try (Socket socket = context.getSocketFactory().createSocket("127.0.0.1", port)) {
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            call(socket, path, answers);
            event.run();
            return call(socket, path, answers);
        }
    }

    private static @Nullable String call(Socket socket, String path, BufferedReader answers) throws IOException {
        socket.getOutputStream()
                .write(("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        String status = answers.readLine();
        int length = 0;
        for (String header = answers.readLine(); header != null && !header.isEmpty(); header = answers.readLine()) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring("content-length:".length()).strip());
            }
        }
        for (int i = 0; i < length; i++) {
            answers.read();
        }
        return status;
    }
}
