/** The webhooks: a pod that asks gets an agent, our own kinds are checked. The parts are below; here is how they are put together. */
@NullMarked
package dev.cachepolicy.injector;

import org.jspecify.annotations.NullMarked;
