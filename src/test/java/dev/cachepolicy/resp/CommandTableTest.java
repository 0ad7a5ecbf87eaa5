package dev.cachepolicy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.resp.CommandSpec.Absent;
import dev.cachepolicy.resp.CommandSpec.Expiry;
import dev.cachepolicy.resp.CommandSpec.Read;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTableTest {

    @ParameterizedTest
    @ValueSource(strings = {"GET", "get", "Get", "gEt"})
    void verbsAreFoundInAnyCase(String verb) {
        assertThat(Command.of(verb, "k").spec().verb()).isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GE", "GETT", "NOSUCHCOMMAND", "averyveryverylongverbthatnoserverhas"})
    void otherVerbsAreUnknown(String verb) {
        assertThat(Command.of(verb, "k").spec()).isSameAs(CommandSpec.UNKNOWN);
    }

    @Test
    void everyVerbIsThereOnceAndFound() {
        Set<String> verbs = new HashSet<>();
        for (CommandSpec spec : CommandTable.all()) {
            assertThat(verbs.add(spec.verb())).as(spec.verb()).isTrue();
            assertThat(Command.of(spec.verb()).spec()).isSameAs(spec);
        }
    }

    @Test
    void nothingIsBothAReadOfAnAbsentKeyAndAWriteThatCreatesOne() {
        for (CommandSpec spec : CommandTable.all()) {
            if (spec.expiry() == Expiry.Creates || spec.expiry() == Expiry.Transfers) {
                assertThat(spec.absent()).as(spec.verb()).isEqualTo(Absent.None);
                assertThat(spec.read()).as(spec.verb()).isEqualTo(Read.Uncounted);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET k, 1, 1",
        "MGET a b c, 1, 3",
        "MSET a 1 b 2, 1, 4",
        "RENAME a b, 2, 2",
        "BITOP AND dst a b, 2, 2",
        "SORT k BY x STORE dst, 5, 5",
        "SORT k BY x, 0, 0",
        "GEORADIUS k 1 2 3 m STOREDIST dst, 7, 7",
        "GET, 0, 0",
        "PING, 0, 0"
    })
    void keysStandWhereTheTableSays(String text, int first, int last) {
        Command command = Command.of(text.split(" ", -1));
        Keys keys = command.spec().keys();
        assertThat(keys.first(command)).isEqualTo(first);
        if (first > 0) {
            assertThat(keys.last(command)).isEqualTo(last);
        }
    }
}
