package dev.cachepolicy.difference;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * As much of a connection's state as is needed to know when all replies have come: what a client asks behind its requests
 * so that the reply tells. It follows requests, not replies; a state that a generator makes must be one of which Redis and
 * this model think alike.
 */
final class ClientModel {

    /** The error that a MULTI within a transaction gets: it is not queued, and does not spoil the transaction. */
    private static final String NESTED = "-ERR MULTI calls can not be nested\r\n";

    private static final Set<String> WHILE_SUBSCRIBED =
            Set.of("SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE", "SUNSUBSCRIBE");

    private final Set<String> subscriptions = new HashSet<>();
    private boolean resp3;
    private boolean inTransaction;
    private boolean repliesOff;
    private boolean skipsNext;
    private boolean tracking;
    private boolean closing;
    private int nested;

    /** What a client asks behind its requests, and how what comes back ends. */
    record Sentinel(String request, String end, int times) {}

    boolean isInTransaction() {
        return inTransaction;
    }

    boolean speaksResp3() {
        return resp3;
    }

    boolean repliesOff() {
        return repliesOff;
    }

    /** {@return whether Redis ends the connection behind the requests} */
    boolean isClosing() {
        return closing;
    }

    /** {@return whether only commands of pub/sub are accepted} */
    boolean isSubscriberOnly() {
        return !resp3 && !subscriptions.isEmpty();
    }

    /** {@return whether something may come that was not asked for} */
    boolean hears() {
        return !subscriptions.isEmpty() || tracking;
    }

    void apply(List<Request> requests) {
        nested = 0;
        requests.forEach(this::apply);
    }

    private void apply(Request request) {
        skipsNext = false;
        if (closing) {
            return;
        }
        String name = request.name();
        int count = request.words().size();
        if (request.form() == Request.Form.Raw || name.equals("QUIT") || name.equals("POST") || name.equals("HOST:")) {
            closing = true;
        } else if (name.equals("RESET") && count == 1) {
            reset();
        } else if (inTransaction) {
            nested += name.equals("MULTI") && count == 1 ? 1 : 0;
            inTransaction = !((name.equals("EXEC") || name.equals("DISCARD")) && count == 1);
        } else if (WHILE_SUBSCRIBED.contains(name)) {
            subscribe(name, request.words().subList(1, count));
        } else if (!isSubscriberOnly()) {
            change(request, name, count);
        }
    }

    private void change(Request request, String name, int count) {
        if (name.equals("MULTI") && count == 1) {
            inTransaction = true;
        } else if (name.equals("HELLO")
                && (count == 2 || (count == 4 && request.argument(2).equals("SETNAME")))) {
            resp3 = request.argument(1).equals("3")
                    || (resp3 && !request.argument(1).equals("2"));
        } else if (name.equals("CLIENT") && count == 3 && request.argument(1).equals("REPLY")) {
            repliesOff = request.argument(2).equals("OFF")
                    || (repliesOff && !request.argument(2).equals("ON"));
            skipsNext = request.argument(2).equals("SKIP") && !repliesOff;
        } else if (name.equals("CLIENT") && count == 3 && request.argument(1).equals("TRACKING")) {
            tracking = request.argument(2).equals("ON")
                    || (tracking && !request.argument(2).equals("OFF"));
        }
    }

    private void subscribe(String name, List<String> channels) {
        String kind = switch (name) {
            case "PSUBSCRIBE", "PUNSUBSCRIBE" -> "pattern";
            case "SSUBSCRIBE", "SUNSUBSCRIBE" -> "shard";
            default -> "channel";
        };
        if (!name.contains("UN")) {
            channels.forEach(channel -> subscriptions.add(kind + ":" + channel));
        } else if (channels.isEmpty()) {
            subscriptions.removeIf(subscription -> subscription.startsWith(kind + ":"));
        } else {
            channels.forEach(channel -> subscriptions.remove(kind + ":" + channel));
        }
    }

    private void reset() {
        subscriptions.clear();
        resp3 = false;
        inTransaction = false;
        repliesOff = false;
        tracking = false;
    }

    /** {@return what to ask now} Not for a connection that is closing. */
    Sentinel sentinel(String token) {
        if (inTransaction) {
            if (repliesOff || skipsNext) {
                throw new IllegalArgumentException("a transaction whose replies are off");
            }
            return new Sentinel(Request.of("MULTI").bytes(), NESTED, nested + 1);
        }
        String ping = Request.of("PING", token).bytes();
        String end = "$" + token.length() + "\r\n" + token + "\r\n";
        if (repliesOff) {
            return new Sentinel(
                    Request.of("CLIENT", "REPLY", "ON").bytes()
                            + ping
                            + Request.of("CLIENT", "REPLY", "OFF").bytes(),
                    end,
                    1);
        }
        return new Sentinel(skipsNext ? Request.of("PING").bytes() + ping : ping, end, 1);
    }

    /** The sentinel was sent. */
    void asked() {
        skipsNext = false;
        nested = 0;
    }
}
