package dev.cachepolicy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The inputs from which {@code make fuzz} starts, and each of them changed a little, many times. Guided by coverage, by the
 * million, it is {@code make fuzz} itself.
 */
class FuzzersTest {

    private static final Path SEEDS = Path.of("src/test/resources/dev/cachepolicy/resp");
    private static final int CHANGED = 20_000;
    private static final byte[] TELLING = "*$:+-_#,(!=;~>%|.?\r\n0123456789 \"'\\x".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @CsvSource({"requests", "replies"})
    void parsersGiveAResultOrAViolationInWhateverPieces(String directory) throws IOException {
        Consumer<byte[]> fuzzer =
                directory.equals("requests") ? RequestFuzzer::fuzzerTestOneInput : ReplyFuzzer::fuzzerTestOneInput;
        List<byte[]> seeds = seeds(directory);
        assertThat(seeds).hasSizeGreaterThan(5);
        seeds.forEach(fuzzer);
        fuzzer.accept(new byte[0]);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < CHANGED; i++) {
            fuzzer.accept(changed(seeds, random));
        }
    }

    @Test
    void piecesThatGiveSomethingElseAreNoticed() {
        assertThatThrownBy(() -> Pieces.same(new byte[] {'*'}, 1, List.of("a"), List.of("b")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("*");
    }

    private static List<byte[]> seeds(String directory) throws IOException {
        try (Stream<Path> files = Files.list(SEEDS.resolve(directory))) {
            return files.sorted().map(FuzzersTest::read).toList();
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A seed, or two of them joined, with some bytes changed, removed or doubled. */
    private static byte[] changed(List<byte[]> seeds, SplittableRandom random) {
        byte[] first = seeds.get(random.nextInt(seeds.size()));
        byte[] second = seeds.get(random.nextInt(seeds.size()));
        int cut = random.nextInt(first.length + 1);
        byte[] joined = Arrays.copyOf(first, cut + second.length);
        System.arraycopy(second, 0, joined, cut, second.length);
        for (int i = random.nextInt(4); i > 0 && joined.length > 1; i--) {
            int at = random.nextInt(joined.length - 1);
            switch (random.nextInt(3)) {
                case 0 -> joined[at] = TELLING[random.nextInt(TELLING.length)];
                case 1 -> joined[at] = (byte) random.nextInt(256);
                default -> System.arraycopy(joined, at, joined, at + 1, joined.length - at - 1);
            }
        }
        return joined;
    }
}
