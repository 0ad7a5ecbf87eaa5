package dev.cachepolicy.api.v1alpha1;

/** How connections to a backend's Redis are protected. */
public enum TlsMode {
    /** Not at all. */
    Disabled,
    /** By TLS; Redis shows its certificate. */
    Server,
    /** By TLS; both sides show a certificate. */
    Mutual
}
