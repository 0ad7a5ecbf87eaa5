package dev.cachepolicy.operator.keeper;

/**
 * Settings as a Redis process has them.
 *
 * @param maxMemory bytes; 0: no limit
 * @param evictionPolicy in Redis's words, which may be newer than ours
 */
public record ActualSettings(long maxMemory, String evictionPolicy) {}
