package dev.cachepolicy.resp;

/**
 * Bounds of a request.
 *
 * @param maxBulkBytes longest argument
 * @param maxArrayLength most arguments
 * @param maxInlineBytes longest inline command, and longest line of a length
 */
public record RequestLimits(int maxBulkBytes, int maxArrayLength, int maxInlineBytes) {}
