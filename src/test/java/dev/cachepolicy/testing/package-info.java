/** The real parts that tests stand on: an API server, Redis processes, ports. */
@NullMarked
package dev.cachepolicy.testing;

import org.jspecify.annotations.NullMarked;
