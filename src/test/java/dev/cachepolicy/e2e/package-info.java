/** What a platform team does, proved on a cluster with real nodes, pods, images and a Helm release. */
@NullMarked
package dev.cachepolicy.e2e;

import org.jspecify.annotations.NullMarked;
