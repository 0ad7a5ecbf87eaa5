/** What runs while images are built, and only then: the training of the virtual machine's AOT caches. */
@NullMarked
package dev.cachepolicy.image;

import org.jspecify.annotations.NullMarked;
