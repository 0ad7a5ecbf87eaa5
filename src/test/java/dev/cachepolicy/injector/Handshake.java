package dev.cachepolicy.injector;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

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
}
