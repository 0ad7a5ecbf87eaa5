/** The reconciler of CachePolicies: says in each policy's status what became of it on its backend. */
@NullMarked
package dev.cachepolicy.operator.policy;

import org.jspecify.annotations.NullMarked;
