/** The command line: one subcommand a class, and what all of them share. */
@NullMarked
package dev.cachepolicy.cli;

import org.jspecify.annotations.NullMarked;
