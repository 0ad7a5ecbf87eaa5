package dev.cachepolicy.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of a test, and what it signs. */
public final class TestAuthority {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final X500Name name;
    private final KeyPair keys;
    private final String certificate;

    private TestAuthority(X500Name name, KeyPair keys, String certificate) {
        this.name = name;
        this.keys = keys;
        this.certificate = certificate;
    }

    /**
     * A certificate with its key.
     *
     * @param certificate PEM
     * @param key PEM, PKCS #8
     * @param oldKey PEM, in the form that OpenSSL and cert-manager give an EC or RSA key by default
     */
    public record Issued(String certificate, String key, String oldKey) {}

    public static TestAuthority create(String commonName) {
        try {
            KeyPair keys = keys("EC");
            X500Name name = new X500Name("CN=" + commonName);
            X509v3CertificateBuilder builder = builder(name, name, keys, Duration.ofDays(1))
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            return new TestAuthority(name, keys, sign(builder, keys));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return this authority's own certificate as PEM} */
    public String pem() {
        return certificate;
    }

    /** {@return a certificate for these host names and addresses} */
    public Issued issue(String... names) {
        return issue("EC", Duration.ofDays(1), names);
    }

    /**
     * {@return a certificate}
     *
     * @param algorithm of its key: EC, RSA or Ed25519
     * @param life from now; negative: it has ended
     */
    public Issued issue(String algorithm, Duration life, String... names) {
        try {
            KeyPair issued = keys(algorithm);
            X509v3CertificateBuilder builder = builder(name, new X500Name("CN=issued"), issued, life)
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(Arrays.stream(names)
                                    .map(one -> new GeneralName(
                                            one.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, one))
                                    .toArray(GeneralName[]::new)));
            return new Issued(
                    sign(builder, keys),
                    pem(new JcaPKCS8Generator(issued.getPrivate(), null)),
                    pem(issued.getPrivate()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        switch (algorithm) {
            case "EC" -> generator.initialize(256);
            case "RSA" -> generator.initialize(2048);
            default -> {}
        }
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys, Duration life) {
        Instant end = Instant.now().plus(life);
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(127, RANDOM),
                Date.from(end.minus(Duration.ofDays(2))),
                Date.from(end),
                subject,
                keys.getPublic());
    }

    private static String sign(X509v3CertificateBuilder builder, KeyPair by) throws OperatorCreationException {
        return pem(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
    }

    private static String pem(Object content) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
