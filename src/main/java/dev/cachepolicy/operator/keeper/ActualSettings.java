package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.redis.ServerInfo;

/**
 * Settings as a Redis process has them.
 *
 * @param maxMemory bytes; 0: no limit
 * @param evictionPolicy in Redis's words, which may be newer than ours
 */
public record ActualSettings(long maxMemory, String evictionPolicy) {

    // INFO, not CONFIG GET: it also answers where CONFIG was taken away.
    static ActualSettings of(ServerInfo info) {
        return new ActualSettings(info.maxMemory(), info.evictionPolicy());
    }
}
