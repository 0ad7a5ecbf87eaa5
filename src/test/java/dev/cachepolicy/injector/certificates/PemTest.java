package dev.cachepolicy.injector.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void readsKeysInTheFormsOfOpenSsl(String algorithm) throws Exception {
        PrivateKey key =
                KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
        assertThat(Pem.readKey(Pem.key(key)).getEncoded()).as("PKCS #8").isEqualTo(key.getEncoded());
        StringWriter own = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(own)) {
            writer.writeObject(key);
        }
        assertThat(Pem.readKey(own.toString()))
                .as(own.toString().lines().findFirst().orElseThrow())
                .isEqualTo(key);
    }

    @Test
    void whatIsNoKeyIsRefused() {
        assertThatThrownBy(() -> Pem.readKey("hello"))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessage("no PEM block");
    }
}
