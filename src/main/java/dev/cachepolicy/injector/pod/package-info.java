/** Whether a pod gets an agent, and what is added to it then: pure functions from a pod and its namespace's backends. */
@NullMarked
package dev.cachepolicy.injector.pod;

import org.jspecify.annotations.NullMarked;
