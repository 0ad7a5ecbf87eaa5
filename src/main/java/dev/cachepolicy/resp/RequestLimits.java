package dev.cachepolicy.resp;

/**
 * Bounds of a request.
 *
 * @param maxBulkBytes longest argument
 * @param maxArrayLength most arguments
 * @param maxInlineBytes longest inline command, and longest line of a length
 * @param maxRequestBytes longest request as it comes, with the lengths in it; what memory has room for
 */
public record RequestLimits(int maxBulkBytes, int maxArrayLength, int maxInlineBytes, int maxRequestBytes) {}
