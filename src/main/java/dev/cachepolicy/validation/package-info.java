/** What the schema cannot see in a resource, and all that it can: the sentences for users, shared by webhook, model and command line. */
@NullMarked
package dev.cachepolicy.validation;

import org.jspecify.annotations.NullMarked;
