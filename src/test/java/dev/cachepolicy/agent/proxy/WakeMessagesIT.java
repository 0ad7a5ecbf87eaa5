package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.FENCE;
import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a pod is told of a load in another. */
class WakeMessagesIT {

    private static final String CHANNEL = "cachepolicy:wake:" + KEY;

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    private RawClient loader;
    private RawClient reader;

    @BeforeEach
    void aReaderWaits() throws Exception {
        loader = pods.client(pods.pod());
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        reader = pods.client(pods.pod()).send("GET", KEY);
        await().until(() -> pods.waiting() == 1);
    }

    /** Nothing is in Redis, so that it can be from the message only. */
    @Test
    void theValueOfTheLoadThatAReaderWaitsForItIsGiven() throws Exception {
        String load = pods.direct.get(FENCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<String> reply = CompletableFuture.supplyAsync(this::reply, threads);
            // Again, because a reader that looks by itself just then is only woken.
            await().until(() -> {
                pods.direct.publish(CHANNEL, load + " said\r\n");
                return reply.isDone();
            });
            assertThat(reply.get()).isEqualTo("$6\r\nsaid\r\n");
        }
    }

    private String reply() {
        try {
            return reader.reply();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFillTellsTheValueToThoseWhoWait() throws Exception {
        String load = pods.direct.get(FENCE);
        try (RawClient subscriber = new RawClient(pods.redis.port())) {
            subscriber.call("SUBSCRIBE", CHANNEL);
            assertThat(loader.call("SET", KEY, "v", "EX", "5")).isEqualTo("+OK");
            assertThat(subscriber.reply())
                    .isEqualTo("*3\r\n$7\r\nmessage\r\n$" + CHANNEL.length() + "\r\n" + CHANNEL + "\r\n$18\r\n" + load
                            + " v");
        }
        assertThat(reader.reply()).isEqualTo("$1\r\nv");
    }

    @Test
    void theValueOfAnotherLoadItIsNot() throws Exception {
        for (String message : new String[] {"another-load-sai said", "write-through... said", " said", "said", ""}) {
            pods.direct.publish(CHANNEL, message);
        }
        assertThat(loader.call("SET", KEY, "v")).isEqualTo("+OK");
        assertThat(reader.reply()).isEqualTo("$1\r\nv");
    }

    @Test
    void aLongValueItReadsItself() throws Exception {
        String value = "v".repeat(100_000);
        assertThat(loader.call("SET", KEY, value)).isEqualTo("+OK");
        assertThat(reader.reply()).isEqualTo("$100000\r\n" + value);
    }
}
