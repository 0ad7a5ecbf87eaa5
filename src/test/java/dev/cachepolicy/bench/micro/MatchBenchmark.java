package dev.cachepolicy.bench.micro;

import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import dev.cachepolicy.pattern.PatternMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finding the policy of a key. */
@State(Scope.Thread)
public class MatchBenchmark {

    /** Keys in turn, so that no branch is always taken the same way. A power of two. */
    private static final int KEYS = 1 << 12;

    @Param({"10000"})
    public int policies;

    /** Whether all keys are one policy's, as of an application with one kind of key, or of any: the worst for caches. */
    @Param({"one", "all"})
    public String keysOf;

    private PatternMatcher matcher;
    private byte[][] keys;
    private int next;

    @Setup
    public void prepare() throws InvalidPatternException {
        List<KeyPattern> patterns = new ArrayList<>();
        for (int i = 0; i < policies; i++) {
            patterns.add(KeyPattern.parse("team" + i % 100 + ":kind" + i / 100 + ":{id}"));
        }
        matcher = PatternMatcher.of(patterns);
        Random random = new Random(1);
        keys = IntStream.range(0, KEYS)
                .map(_ -> keysOf.equals("one") ? 4242 : random.nextInt(policies))
                .mapToObj(i -> "team%d:kind%d:%d".formatted(i % 100, i / 100, random.nextInt(1_000_000)))
                .map(key -> key.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
        for (byte[] key : keys) {
            if (matcher.match(key, 0, key.length) == PatternMatcher.NONE) {
                throw new IllegalStateException("a key of no policy");
            }
        }
    }

    /** {@return the policy's index} */
    @Benchmark
    public int match() {
        byte[] key = keys[next++ & (KEYS - 1)];
        return matcher.match(key, 0, key.length);
    }
}
