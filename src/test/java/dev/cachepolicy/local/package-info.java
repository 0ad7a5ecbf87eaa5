/** Local mode: a cluster without a container engine, its pods' containers run as processes on loopback. */
@NullMarked
package dev.cachepolicy.local;

import org.jspecify.annotations.NullMarked;
