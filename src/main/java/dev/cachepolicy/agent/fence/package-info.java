/**
 * Lease and fence: what keeps a value whose load began before an invalidation out of Redis. Pure decisions, explored
 * exhaustively by the models of its tests, {@code LeaseModelTest} first, and the scripts that carry them out.
 */
@NullMarked
package dev.cachepolicy.agent.fence;

import org.jspecify.annotations.NullMarked;
