/**
 * Lease and fence: what keeps a value whose load began before an invalidation out of Redis. Pure decisions, explored
 * exhaustively by {@code LeaseModelTest}, and the scripts that carry them out.
 */
@NullMarked
package dev.cachepolicy.agent.fence;

import org.jspecify.annotations.NullMarked;
