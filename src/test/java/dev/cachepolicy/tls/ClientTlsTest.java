package dev.cachepolicy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cachepolicy.testing.TestAuthority;
import dev.cachepolicy.testing.TestAuthority.Issued;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTlsTest {

    private static final TestAuthority CA = TestAuthority.create("ca");
    private static final Issued CLIENT = CA.issue("client");

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void everyKindOfKeyIsReadInPkcs8(String algorithm) throws Exception {
        Issued issued = CA.issue(algorithm, Duration.ofDays(1), "client");

        assertThat(ClientTls.of(new TlsFiles(CA.pem(), issued.certificate(), issued.key(), null))
                        .mutual())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void theOlderFormsOfOpenSslAndCertManagerAreRead(String algorithm) throws Exception {
        Issued issued = CA.issue(algorithm, Duration.ofDays(1), "client");
        assertThat(issued.oldKey()).startsWith("-----BEGIN " + algorithm + " PRIVATE KEY-----");

        assertThat(ClientTls.of(new TlsFiles(CA.pem(), issued.certificate(), issued.oldKey(), null))
                        .mutual())
                .isTrue();
    }

    @Test
    void severalCertificatesAreReadWhateverStandsBetweenThem() throws Exception {
        String bundle = "# ours\n" + CA.pem() + "# the next\n"
                + TestAuthority.create("next").pem();

        assertThat(Pem.certificates(TlsFiles.AUTHORITIES, bundle)).hasSize(2);
    }

    static Stream<Arguments> unusable() {
        String certificate = CLIENT.certificate();
        return Stream.of(
                arguments("", certificate, CLIENT.key(), "ca.crt holds no certificate: write PEM"),
                arguments(
                        CA.pem().replaceAll("(?m)^M", "?"),
                        certificate,
                        CLIENT.key(),
                        "ca.crt is not PEM: its base64 is damaged"),
                arguments(
                        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                        certificate,
                        CLIENT.key(),
                        "ca.crt holds a certificate that cannot be read"),
                arguments(CA.pem(), CLIENT.key(), CLIENT.key(), "tls.crt holds no certificate"),
                arguments(CA.pem(), certificate, certificate, "tls.key holds no private key"),
                arguments(
                        CA.pem(),
                        certificate,
                        CLIENT.key().replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
                        "tls.key is encrypted: write the key without a passphrase"),
                arguments(
                        CA.pem(),
                        certificate,
                        CA.issue("client").key(),
                        "tls.key is not the key of the certificate in tls.crt"),
                arguments(
                        CA.pem(),
                        certificate,
                        CA.issue("RSA", Duration.ofDays(1), "client").key(),
                        "tls.key holds no EC key, as the certificate in tls.crt has"));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void aFileThatCannotBeUsedIsNamedAndNotQuoted(String authorities, String chain, String key, String sentence) {
        assertThatThrownBy(() -> ClientTls.of(new TlsFiles(authorities, chain, key, null)))
                .isInstanceOf(InvalidCertificateException.class)
                .hasMessageStartingWith(sentence)
                .message()
                .doesNotContain("MII");
    }

    @Test
    void theNameIsAlwaysVerified() throws Exception {
        ClientTls plain = ClientTls.of(new TlsFiles(CA.pem(), null, null, null));
        ClientTls named = ClientTls.of(new TlsFiles(CA.pem(), null, null, "redis.shop.svc"));

        assertThat(plain.engine("10.0.0.1", 6379).getPeerHost()).isEqualTo("10.0.0.1");
        assertThat(named.engine("10.0.0.1", 6379).getPeerHost()).isEqualTo("redis.shop.svc");
        assertThat(plain.engine("10.0.0.1", 6379).getSSLParameters().getEndpointIdentificationAlgorithm())
                .isEqualTo("HTTPS");
    }

    @Test
    void nothingOfAKeyIsEverPrinted() throws Exception {
        TlsFiles files = new TlsFiles(CA.pem(), CLIENT.certificate(), CLIENT.key(), null);

        assertThat(files + " " + ClientTls.of(files)).doesNotContain("BEGIN");
    }
}
