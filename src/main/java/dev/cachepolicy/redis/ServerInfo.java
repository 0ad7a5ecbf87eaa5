package dev.cachepolicy.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What INFO says of a Redis process.
 *
 * @param product Redis or Valkey
 * @param runId changes with every start of the process
 * @param role master or slave, in Redis's words
 * @param usedMemory bytes
 * @param maxMemory bytes; 0: no limit
 * @param evictionPolicy {@code maxmemory-policy}
 * @param keys held, in all databases
 * @param evictedKeys for want of memory since the process started
 * @param appendOnly whether the append-only file is on
 * @see <a href="https://redis.io/docs/latest/commands/info/">INFO</a>
 */
public record ServerInfo(
        String product,
        String version,
        String runId,
        String role,
        long usedMemory,
        long maxMemory,
        String evictionPolicy,
        long keys,
        long evictedKeys,
        boolean appendOnly) {

    /** Such as {@code db0:keys=3,expires=2,avg_ttl=0}. */
    private static final Pattern DATABASE = Pattern.compile("db[0-9]+:keys=([0-9]{1,18}),.*");

    /** {@return what a reply to INFO says; fields that it lacks are empty or 0} */
    static ServerInfo parse(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        // Valkey reports a redis_version too, the one it is compatible with.
        boolean valkey = fields.containsKey("valkey_version");
        return new ServerInfo(
                valkey ? "Valkey" : "Redis",
                fields.getOrDefault(valkey ? "valkey_version" : "redis_version", ""),
                fields.getOrDefault("run_id", ""),
                fields.getOrDefault("role", ""),
                number(fields.get("used_memory")),
                number(fields.get("maxmemory")),
                fields.getOrDefault("maxmemory_policy", ""),
                info.lines()
                        .map(DATABASE::matcher)
                        .filter(Matcher::matches)
                        .mapToLong(database -> Long.parseLong(database.group(1)))
                        .sum(),
                number(fields.get("evicted_keys")),
                "1".equals(fields.get("aof_enabled")));
    }

    private static long number(@Nullable String digits) {
        return digits == null || !digits.matches("[0-9]{1,18}") ? 0 : Long.parseLong(digits);
    }

    /** {@return whether this process takes writes} */
    public boolean primary() {
        return !role.equals("slave");
    }
}
