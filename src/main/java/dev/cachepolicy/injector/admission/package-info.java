/** What the API server asks, and the HTTPS server that answers: admission of pods and of our own kinds. */
@NullMarked
package dev.cachepolicy.injector.admission;

import org.jspecify.annotations.NullMarked;
