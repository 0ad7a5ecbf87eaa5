package dev.cachepolicy.validation;

/**
 * Why a resource cannot be carried out.
 *
 * @param field path of the field, such as {@code spec.ttl.value}
 * @param reason one of {@link Reasons}
 * @param message for people: what is wrong, and what to write instead
 */
public record Problem(String field, String reason, String message) {}
