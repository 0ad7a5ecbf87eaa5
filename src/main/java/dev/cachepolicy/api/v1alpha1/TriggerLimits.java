package dev.cachepolicy.api.v1alpha1;

/** Bounds of {@code spec.invalidation.triggers}, for the schema and for those who say the same without it. */
public final class TriggerLimits {

    public static final int MOST = 16;
    public static final int MOST_KEYS = 16;
    public static final int LONGEST_NAME = 63;

    public static final String NAME_RULE = "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')";
    public static final String NAME_MESSAGE =
            "a trigger's name is lower-case letters, digits and '-': write for example profile-edited";

    private TriggerLimits() {}
}
