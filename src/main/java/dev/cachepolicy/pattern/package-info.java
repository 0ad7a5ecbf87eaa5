/** Key patterns: their grammar, their specificity, and one matcher for many of them. Depends on nothing. */
@NullMarked
package dev.cachepolicy.pattern;

import org.jspecify.annotations.NullMarked;
