package dev.cachepolicy.tls;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Certificates and keys from text. The JDK reads keys in PKCS #8 only; OpenSSL and, by default, cert-manager write RSA and
 * EC keys in older forms of their own.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
final class Pem {

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s([^-]*)-----END \\1-----");

    private static final byte[] VERSION_0 = {2, 1, 0};
    private static final byte SEQUENCE = 0x30;
    private static final byte OCTET_STRING = 0x04;

    private Pem() {}

    private record Block(String label, String base64) {

        byte[] content(String file) throws InvalidCertificateException {
            try {
                return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
            } catch (IllegalArgumentException e) {
                throw new InvalidCertificateException(file, "is not PEM: its base64 is damaged");
            }
        }
    }

    private static List<Block> blocks(String text) {
        return BLOCK.matcher(text)
                .results()
                .map(match -> new Block(match.group(1), match.group(2)))
                .toList();
    }

    /** {@return the certificates of a file, at least one} */
    static List<X509Certificate> certificates(String file, String text) throws InvalidCertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(text)) {
            if (block.label().equals("CERTIFICATE")) {
                certificates.add(certificate(file, block.content(file)));
            }
        }
        if (certificates.isEmpty()) {
            throw new InvalidCertificateException(
                    file, "holds no certificate: write PEM, which begins with -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    private static X509Certificate certificate(String file, byte[] der) throws InvalidCertificateException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new InvalidCertificateException(file, "holds a certificate that cannot be read");
        }
    }

    /** {@return the private key of a certificate} */
    static PrivateKey key(String file, String text, X509Certificate certificate) throws InvalidCertificateException {
        PublicKey publicKey = certificate.getPublicKey();
        PrivateKey key;
        try {
            key = KeyFactory.getInstance(publicKey.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8(file, text, publicKey)));
        } catch (GeneralSecurityException e) {
            throw new InvalidCertificateException(
                    file, "holds no " + publicKey.getAlgorithm() + " key, as the certificate in tls.crt has");
        }
        if (!belongs(key, publicKey)) {
            throw new InvalidCertificateException(file, "is not the key of the certificate in tls.crt");
        }
        return key;
    }

    private static byte[] pkcs8(String file, String text, PublicKey publicKey) throws InvalidCertificateException {
        for (Block block : blocks(text)) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return block.content(file);
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
                    // PKCS #8 is the older form behind the algorithm's name, which the certificate says as well.
                    return der(
                            SEQUENCE,
                            VERSION_0,
                            algorithm(publicKey.getEncoded()),
                            der(OCTET_STRING, block.content(file)));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new InvalidCertificateException(file, "is encrypted: write the key without a passphrase");
                default -> {}
            }
        }
        throw new InvalidCertificateException(
                file, "holds no private key: write PEM, which begins with -----BEGIN PRIVATE KEY-----");
    }

    /** {@return the AlgorithmIdentifier of a SubjectPublicKeyInfo: the first element in its sequence} */
    private static byte[] algorithm(byte[] publicKeyInfo) {
        ByteBuffer info = ByteBuffer.wrap(publicKeyInfo);
        info.get();
        length(info);
        int start = info.position();
        info.get();
        int content = length(info);
        byte[] algorithm = new byte[info.position() + content - start];
        info.get(start, algorithm);
        return algorithm;
    }

    private static int length(ByteBuffer der) {
        int first = der.get() & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = first & 0x7f; i > 0; i--) {
            length = (length << 8) | (der.get() & 0xff);
        }
        return length;
    }

    private static byte[] der(byte tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer element = ByteBuffer.allocate(length + 6);
        element.put(tag);
        if (length < 0x80) {
            element.put((byte) length);
        } else {
            element.put((byte) 0x84).putInt(length);
        }
        for (byte[] part : parts) {
            element.put(part);
        }
        byte[] bytes = new byte[element.position()];
        element.get(0, bytes);
        return bytes;
    }

    private static boolean belongs(PrivateKey key, PublicKey publicKey) {
        Optional<String> algorithm = switch (publicKey.getAlgorithm()) {
            case "RSA" -> Optional.of("SHA256withRSA");
            case "EC" -> Optional.of("SHA256withECDSA");
            case "EdDSA" -> Optional.of("EdDSA");
            default -> Optional.empty();
        };
        return algorithm.isEmpty() || verifies(algorithm.get(), key, publicKey);
    }

    private static boolean verifies(String algorithm, PrivateKey key, PublicKey publicKey) {
        byte[] text = "cachepolicy".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
