/** Certificates and keys as PEM in, protected connections of a client out; the same for operator and agents. */
@NullMarked
package dev.cachepolicy.tls;

import org.jspecify.annotations.NullMarked;
