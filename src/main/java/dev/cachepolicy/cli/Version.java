package dev.cachepolicy.cli;

import java.util.Objects;

/** The version of this build. */
final class Version {

    /** As the jar's manifest says; {@code dev} when the classes do not come from a jar. */
    static final String OF_BUILD =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");

    private Version() {}
}
