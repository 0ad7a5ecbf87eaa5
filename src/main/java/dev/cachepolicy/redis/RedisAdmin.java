package dev.cachepolicy.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Administration of one Redis process over one standing connection. Each method waits for its reply, at most for the
 * timeout given to {@link RedisConnections}; for use by one thread at a time. To be closed also
 * after the connection was lost, which does not free it.
 */
public final class RedisAdmin implements AutoCloseable {

    private static final String RENEW =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0";
    private static final String RELEASE =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private static final String ALLOWED = "OK";
    private static final Pattern ABSENT_COMMAND = Pattern.compile("ERR Command '.*' not found");

    private final StatefulRedisConnection<String, String> connection;
    private final RedisAsyncCommands<String, String> commands;
    private final Calls calls;
    private final Runnable onClose;

    /** @param onClose told when this is closed */
    RedisAdmin(StatefulRedisConnection<String, String> connection, Duration timeout, Runnable onClose) {
        this.onClose = onClose;
        this.connection = connection;
        this.commands = connection.async();
        this.calls = new Calls(connection, timeout);
    }

    public ServerInfo info() throws RedisAdminException {
        return ServerInfo.parse(calls.await("INFO", "", commands::info));
    }

    /** {@return a parameter's value as Redis writes it; null if this Redis does not have it} */
    public @Nullable String configGet(String parameter) throws RedisAdminException {
        return calls.await("CONFIG GET", "", () -> commands.configGet(parameter))
                .get(parameter);
    }

    public void configSet(String parameter, String value) throws RedisAdminException {
        calls.await("CONFIG SET", "", () -> commands.configSet(parameter, value));
    }

    public @Nullable String get(String key) throws RedisAdminException {
        return calls.<@Nullable String>await("GET", key, () -> commands.get(key));
    }

    /** {@return whether the key was free and holds the value now, for the given lifetime} */
    public boolean claim(String key, String value, Duration lifetime) throws RedisAdminException {
        SetArgs once = SetArgs.Builder.nx().px(lifetime);
        return calls.<@Nullable String>await("SET", key, () -> commands.set(key, value, once)) != null;
    }

    /** {@return whether the key still holds the value; if so its lifetime begins again} */
    public boolean renew(String key, String value, Duration lifetime) throws RedisAdminException {
        return script(RENEW, key, value, String.valueOf(lifetime.toMillis()));
    }

    /** {@return whether the key still held the value; if so it is deleted} */
    public boolean release(String key, String value) throws RedisAdminException {
        return script(RELEASE, key, value);
    }

    private boolean script(String script, String key, String... arguments) throws RedisAdminException {
        String[] keys = {key};
        Long changed = calls.await("EVAL", key, () -> commands.eval(script, ScriptOutputType.INTEGER, keys, arguments));
        return changed == 1;
    }

    /** {@return a hash, field by field; empty if there is none} */
    public Map<String, String> hash(String key) throws RedisAdminException {
        return calls.await("HGETALL", key, () -> commands.hgetall(key));
    }

    public void removeFields(String key, Collection<String> fields) throws RedisAdminException {
        calls.await("HDEL", key, () -> commands.hdel(key, fields.toArray(String[]::new)));
    }

    /**
     * {@return the ACL rules that a user lacks for these commands, none twice; a command refused by its name hides
     * whether its key would be, and one that this server does not have needs none}
     *
     * @param commandLines each a command with its arguments; none is executed
     * @throws RedisAdminException UnknownCommand before Redis 7.0, NotPermitted if this connection's user may not ask,
     *     UnknownUser
     * @see <a href="https://redis.io/docs/latest/commands/acl-dryrun/">ACL DRYRUN</a>
     */
    public List<String> missingRules(String user, List<List<String>> commandLines) throws RedisAdminException {
        Set<String> missing = new LinkedHashSet<>();
        for (List<String> line : commandLines) {
            String answer = dryRun(user, line);
            if (!answer.equals(ALLOWED)) {
                missing.add(Failures.rule(answer, "", ""));
            }
        }
        return List.copyOf(missing);
    }

    private String dryRun(String user, List<String> commandLine) throws RedisAdminException {
        CommandArgs<String, String> arguments =
                new CommandArgs<>(StringCodec.UTF8).add("DRYRUN").add(user);
        commandLine.forEach(arguments::add);
        try {
            return calls.await(
                    "ACL DRYRUN",
                    "",
                    () -> commands.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments));
        } catch (RedisAdminException e) {
            if (e.failure() instanceof RedisFailure.Other(String message)
                    && ABSENT_COMMAND.matcher(message).matches()) {
                return ALLOWED;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        var _ = connection.closeAsync().thenRun(onClose);
    }
}
