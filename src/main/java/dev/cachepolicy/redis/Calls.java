package dev.cachepolicy.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for replies on one connection, for a bounded time, and says in {@link RedisFailure}'s words what went wrong. */
record Calls(StatefulConnection<String, String> connection, Duration timeout) {

    /**
     * {@return the reply}
     *
     * @param name of the command
     * @param key the key or channel it is about, or empty
     */
    <T extends @Nullable Object> T await(String name, String key, Supplier<? extends Future<T>> command)
            throws RedisAdminException {
        try {
            return command.get().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new RedisAdminException(Failures.timedOut(name));
        } catch (ExecutionException | RedisException e) {
            throw new RedisAdminException(Failures.of(name, key, e));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RedisAdminException(Failures.closed());
        }
    }
}
