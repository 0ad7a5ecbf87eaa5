/** The reconciler of CacheBackends: from policies, pods and Redis to the agents' configuration, Redis's settings and a status. */
@NullMarked
package dev.cachepolicy.operator.backend;

import org.jspecify.annotations.NullMarked;
