/** What an agent shows of itself on its admin port: probes, status and metrics; nothing can be changed there. */
@NullMarked
package dev.cachepolicy.agent.admin;

import org.jspecify.annotations.NullMarked;
