/** The Redis protocol, RESP2 and RESP3: requests and replies framed incrementally and within bounds, and what the commands mean. */
@NullMarked
package dev.cachepolicy.resp;

import org.jspecify.annotations.NullMarked;
