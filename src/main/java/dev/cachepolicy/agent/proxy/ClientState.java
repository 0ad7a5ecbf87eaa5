package dev.cachepolicy.agent.proxy;

/**
 * What a client's connection is in the middle of, as its commands left it when they were sent.
 *
 * <pre>
 *            WATCH                  MULTI
 *   Plain ----------> Watching -------------> InTransaction
 *     | ^  <----------            MULTI            |
 *     | |   UNWATCH   ------ Plain --------------> |
 *     | +------------------------------------------+
 *     |               EXEC, DISCARD, RESET
 *     |  MONITOR
 *     +----------> Monitoring --- RESET ---> Plain
 *     |  SYNC, PSYNC, EXEC of a SUBSCRIBE
 *     +----------> Streaming
 * </pre>
 *
 * <p>Only in Plain can a lost upstream be replaced without the client noticing: everything else is known to the lost
 * connection alone, and the client is closed as Redis's own end would close it. Subscriptions are apart, see
 * {@link Subscriptions}: with RESP3 they go together with any of these.
 */
sealed interface ClientState {

    /** Nothing. */
    record Plain() implements ClientState {}

    /** Keys are watched. */
    record Watching() implements ClientState {}

    /** Between MULTI and EXEC. */
    record InTransaction(Transaction transaction) implements ClientState {}

    /** The connection gets a line for each command of Redis. */
    record Monitoring() implements ClientState {}

    /** What Redis sends is no longer framed: bytes are passed on, in both directions, and no policy applies. */
    record Streaming() implements ClientState {}

    /** {@return the state after MULTI} */
    default ClientState multi(int database) {
        return this instanceof InTransaction ? this : new InTransaction(new Transaction(database));
    }

    /** {@return the state after WATCH, which is an error in a transaction} */
    default ClientState watch() {
        return this instanceof Plain ? new Watching() : this;
    }

    /** {@return the state after UNWATCH, which is queued in a transaction} */
    default ClientState unwatch() {
        return this instanceof Watching ? new Plain() : this;
    }

    /** {@return the state after EXEC or DISCARD} */
    default ClientState endTransaction() {
        return this instanceof InTransaction || this instanceof Watching ? new Plain() : this;
    }
}
