/** The custom resources CacheBackend and CachePolicy: spec, status, conditions. The CRDs in {@code crds/} are generated from these types. */
@NullMarked
package dev.cachepolicy.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
