package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Under RESP3 a subscriber may ask for keys, and messages come at any time: also while a reply is held back until it is
 * known who loads. They stand between replies, none is lost, and none comes before an earlier one.
 */
class FencedPushesIT {

    private static final int READS = 400;
    private static final int MESSAGES = 4000;

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    @Test
    void messagesStandBetweenRepliesThatAreHeld() throws Exception {
        pods.direct.set("plain", "v");
        RawClient client = pods.client(pods.pod());
        client.call("HELLO", "3");
        assertThat(client.call("SUBSCRIBE", "news")).startsWith(">3\r\n$9\r\nsubscribe");
        CompletableFuture<Void> published = CompletableFuture.runAsync(
                () -> IntStream.range(0, MESSAGES).forEach(i -> pods.direct.publish("news", String.valueOf(i))));

        List<String> messages = new ArrayList<>();
        int between = 0;
        for (int i = 0; i < READS; i++) {
            client.send("MGET", "lease:a" + i, "plain", "lease:b" + i).send("GET", "lease:c" + i);
            assertThat(next(client, messages)).isEqualTo("*3\r\n_\r\n$1\r\nv\r\n_");
            int before = messages.size();
            assertThat(next(client, messages)).isEqualTo("_");
            between += messages.size() > before ? 1 : 0;
        }
        published.join();
        client.send("PING");
        assertThat(next(client, messages)).isEqualTo("+PONG");

        assertThat(messages)
                .containsExactlyElementsOf(IntStream.range(0, MESSAGES)
                        .mapToObj(FencedPushesIT::message)
                        .toList());
        assertThat(between).as("messages that came while replies were due").isPositive();
    }

    /** {@return the next reply} Messages before it are added. */
    private static String next(RawClient client, List<String> messages) throws IOException {
        while (true) {
            String reply = client.reply();
            if (!reply.startsWith(">")) {
                return reply;
            }
            messages.add(reply);
        }
    }

    private static String message(int number) {
        String text = String.valueOf(number);
        return ">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$" + text.length() + "\r\n" + text;
    }
}
