package dev.cachepolicy.injector.pod;

/**
 * The agent's image.
 *
 * @param reference such as {@code registry.example/cachepolicy:0.1.0}
 * @param pullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 */
public record AgentImage(String reference, String pullPolicy) {}
