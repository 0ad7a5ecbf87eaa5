package dev.cachepolicy.injector.certificates;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A certificate with its key.
 *
 * @param chain the certificate, then those that it is signed by, as far as a client must be shown them
 */
record Credential(List<X509Certificate> chain, PrivateKey key) {

    private static final byte[] SAMPLE = {1, 2, 3};

    Credential {
        chain = List.copyOf(chain);
    }

    Credential(X509Certificate certificate, PrivateKey key) {
        this(List.of(certificate), key);
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    /** {@return whether the key is the certificate's} */
    boolean isPair() {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate().getPublicKey());
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // keys of two algorithms
        }
    }

    /** {@return whether less than a third of the certificate's life is left} */
    boolean isDue(Instant now) {
        Instant end = certificate().getNotAfter().toInstant();
        Duration life = Duration.between(certificate().getNotBefore().toInstant(), end);
        return now.isAfter(end.minus(life.dividedBy(3)));
    }

    boolean isExpired(Instant now) {
        return now.isAfter(certificate().getNotAfter().toInstant());
    }

    @Override
    public String toString() {
        return certificate().getSubjectX500Principal().getName() + ", serial "
                + certificate().getSerialNumber().toString(16);
    }
}
