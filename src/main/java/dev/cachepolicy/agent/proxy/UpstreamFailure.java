package dev.cachepolicy.agent.proxy;

/**
 * Why Redis is not to be had, or a connection to it was given up.
 *
 * @param detail for people; no secrets, no keys
 */
record UpstreamFailure(Kind kind, String detail) {

    /** A label of metrics in lower case. */
    enum Kind {
        /** No connection could be made. */
        Connect,
        /** The agent's credentials were refused. */
        Refused,
        /** What one client said of itself was refused, when it was told to a new connection. */
        SessionRefused,
        /** A reply that was due did not come. */
        Timeout,
        /** The connection ended. */
        Lost,
        /** What came was no reply to what was asked. */
        Protocol
    }
}
