package dev.cachepolicy.difference;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Plays histories both ways. A difference counts only if Redis agrees with itself: twice directly, the same replies. */
final class Comparison {

    private final TestedRedis redis;
    private final int through;

    /** @param through the port of what should be invisible */
    Comparison(TestedRedis redis, int through) {
        this.redis = redis;
        this.through = through;
    }

    /**
     * {@return the first difference, or null}
     *
     * @throws IllegalArgumentException if the history cannot be compared: its replies depend on chance
     */
    @Nullable
    Difference find(History history, Duration patience) throws IOException {
        Transcript direct = Player.play(history, redis.port(), redis, patience);
        if (!direct.isComplete()) {
            throw new IllegalArgumentException("Redis itself gives no reply:\n" + history.script());
        }
        Transcript other = Player.play(history, through, redis, patience);
        Difference difference = Difference.between(history, direct, other);
        if (difference != null) {
            Difference chance =
                    Difference.between(history, direct, Player.play(history, redis.port(), redis, patience));
            if (chance != null) {
                throw new IllegalArgumentException("the replies depend on chance, " + chance);
            }
        }
        return difference;
    }
}
