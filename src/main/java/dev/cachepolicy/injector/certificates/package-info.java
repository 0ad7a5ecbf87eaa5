/** Certificates of the webhook server: made, kept in a Secret, published to the API server, rotated. */
@NullMarked
package dev.cachepolicy.injector.certificates;

import org.jspecify.annotations.NullMarked;
