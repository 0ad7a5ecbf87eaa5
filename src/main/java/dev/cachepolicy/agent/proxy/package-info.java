/** Client and upstream connections: moves bytes, keeps replies in order and bounded, and follows the state of each connection. */
@NullMarked
package dev.cachepolicy.agent.proxy;

import org.jspecify.annotations.NullMarked;
