package dev.cachepolicy.difference;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What differs by nature between two runs of one history, and how it is left out of the comparison. */
enum Normalisation {
    /** Nothing but what may stand in any reply: the id in that of HELLO, and times far away from now. */
    Plain {
        @Override
        String of(String replies) {
            String text = HELLO_ID.matcher(replies).replaceAll("id\r\n:#\r\n");
            return FAR_AWAY.matcher(text).replaceAll(":far away\r\n");
        }
    },
    /** CLIENT ID. */
    ClientId {
        @Override
        String of(String replies) {
            return INTEGER.matcher(replies).replaceAll(":#");
        }
    },
    /** CLIENT INFO: only what the client itself has said is compared. */
    ClientInfo {
        @Override
        String of(String replies) {
            return Arrays.stream(replies.split(" ", -1))
                    .filter(field -> !field.contains("=") || SAID.matcher(field).find())
                    .collect(Collectors.joining(" "));
        }
    },
    /** KEYS and SCAN, whose order is that of a table which a timer may have resized. */
    KeyOrder {
        @Override
        String of(String replies) {
            return replies.lines().sorted().collect(Collectors.joining("\n"));
        }
    },
    /** Replies that are chance throughout: only what type each is. */
    Shape {
        @Override
        String of(String replies) {
            return ReplyShape.of(replies);
        }
    };

    private static final Pattern HELLO_ID = Pattern.compile("id\r\n:\\d+\r\n");
    private static final Pattern INTEGER = Pattern.compile(":\\d+");
    private static final Pattern SAID = Pattern.compile("^(name|db|sub|psub|ssub|multi|user|resp|lib-name|lib-ver)=");

    /** Seconds and milliseconds until {@link Words#FAR_SECONDS} from now or the year 2100, and times of then. */
    private static final Pattern FAR_AWAY = Pattern.compile(":\\d{9,16}\r\n");

    abstract String of(String replies);
}
