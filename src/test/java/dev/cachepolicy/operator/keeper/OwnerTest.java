package dev.cachepolicy.operator.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerTest {

    private static final BackendId BACKEND = new BackendId("shop", "shop-redis", "uid-1");

    @Test
    void whatIsWrittenIsReadAgain() {
        Owner owner = new Owner("c", "shop", "shop-redis", "uid-1", new ActualSettings(7, "noeviction"));
        assertThat(owner.write())
                .isEqualTo("{\"cluster\":\"c\",\"namespace\":\"shop\",\"name\":\"shop-redis\",\"uid\":\"uid-1\","
                        + "\"original\":{\"maxMemory\":7,\"evictionPolicy\":\"noeviction\"}}");
        assertThat(Owner.read(owner.write())).contains(owner);
    }

    @Test
    void fieldsOfANewerVersionAreIgnored() {
        assertThat(Owner.read(
                        "{\"cluster\":\"c\",\"namespace\":\"shop\",\"name\":\"shop-redis\",\"uid\":\"uid-1\",\"x\":1}"))
                .contains(new Owner("c", "shop", "shop-redis", "uid-1", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[]", "text", "{\"cluster\":\"c\",\"namespace\":\"shop\"}"})
    void whatAStrangerWroteIsNoOwner(String value) {
        assertThat(Owner.read(value)).isEmpty();
    }

    @Test
    void aNamesakeIsNotTheBackendButStandsInItsPlace() {
        Owner namesake = new Owner("c", "shop", "shop-redis", "uid-0", null);
        assertThat(namesake.is("c", BACKEND)).isFalse();
        assertThat(namesake.hasNameOf("c", BACKEND)).isTrue();
        assertThat(namesake.hasNameOf("d", BACKEND)).isFalse();
    }
}
