/** Policies that arrive as commits: what Argo CD and Flux see, and that nothing of ours looks like a change of theirs. */
@NullMarked
package dev.cachepolicy.gitops;

import org.jspecify.annotations.NullMarked;
