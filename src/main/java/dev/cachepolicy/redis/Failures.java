package dev.cachepolicy.redis;

import dev.cachepolicy.tls.TlsFailure;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From Lettuce's exceptions and Redis's error texts to {@link RedisFailure}.
 *
 * <p>The text of an unknown command is never passed on: Redis repeats the arguments in it, and those of a renamed AUTH
 * are the password.
 */
final class Failures {

    /** What is asked while there is no connection yet. */
    static final String CONNECT = "the attempt to connect";

    private static final int LONGEST_TEXT = 200;
    private static final Pattern COMMAND = Pattern.compile("run the '([^']+)' command");
    private static final Pattern SUBJECT = Pattern.compile("access the '([^']+)' (key|channel)");

    private Failures() {}

    /**
     * {@return why a call failed}
     *
     * @param call what was asked, such as {@code CONFIG SET}
     * @param key the key or channel it was about, or empty
     */
    static RedisFailure of(String call, String key, Throwable thrown) {
        Optional<TlsFailure> tls = TlsFailure.of(thrown);
        if (tls.isPresent()) {
            return new RedisFailure.TlsFailed(tls.get().kind(), tls.get().message());
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException refusal) {
                return refused(call, key, String.valueOf(refusal.getMessage()));
            }
            if (cause instanceof ConnectTimeoutException) {
                return timedOut(CONNECT);
            }
            if (cause instanceof RedisCommandTimeoutException || cause instanceof TimeoutException) {
                return timedOut(call);
            }
            if (cause instanceof UnknownHostException) {
                return new RedisFailure.ConnectionFailed("the host name does not resolve");
            }
            if (cause instanceof ConnectException) {
                return new RedisFailure.ConnectionFailed("nothing listens there (connection refused)");
            }
        }
        return closed();
    }

    static RedisFailure closed() {
        return RedisFailure.ConnectionFailed.closed();
    }

    static RedisFailure timedOut(String call) {
        return new RedisFailure.TimedOut("no answer to " + call + " in time");
    }

    /** {@return what an error reply means} */
    static RedisFailure refused(String call, String key, String error) {
        String text = error.strip();
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("unknown command")
                || lower.contains("unknown subcommand")
                || lower.contains("unsupported config parameter")) {
            return new RedisFailure.UnknownCommand("this Redis has no command " + call);
        }
        if (lower.startsWith("err user '") && lower.endsWith("not found")) {
            return new RedisFailure.UnknownUser(shortened(text.substring("ERR ".length())));
        }
        if (lower.contains("without any password configured")) {
            return new RedisFailure.WrongPassword("a password was sent, but this Redis has none for the default user");
        }
        if (lower.contains("the user executing the script can't")) {
            return new RedisFailure.NotPermitted("~" + family(key), "the user may not run the commands of " + call);
        }
        int space = text.indexOf(' ');
        return switch (space < 0 ? text : text.substring(0, space)) {
            case "WRONGPASS" -> new RedisFailure.WrongPassword("Redis refuses the user name or password");
            case "NOAUTH" -> new RedisFailure.WrongPassword("Redis asks for a password and none was given");
            case "NOPERM" -> {
                String rule = rule(text, call, key);
                yield new RedisFailure.NotPermitted(rule, "the user may not " + call + ": its ACL lacks " + rule);
            }
            case "LOADING" -> new RedisFailure.Loading("Redis is reading its data from disk");
            case "OOM" -> new RedisFailure.OutOfMemory("Redis has reached maxmemory and may not evict");
            case "READONLY" ->
                new RedisFailure.Other("this Redis is a replica and takes no writes: name the primary in endpoints");
            case "MOVED", "CROSSSLOT", "CLUSTERDOWN" ->
                new RedisFailure.Other("this Redis is part of a cluster: mode Standalone needs one that is not");
            default -> new RedisFailure.Other(shortened(text));
        };
    }

    /**
     * {@return the ACL rule whose lack a NOPERM error or a reply to ACL DRYRUN tells of}
     *
     * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/">ACL</a>
     */
    static String rule(String text, String call, String key) {
        Matcher command = COMMAND.matcher(text);
        if (command.find()) {
            return "+" + command.group(1).toLowerCase(Locale.ROOT);
        }
        Matcher subject = SUBJECT.matcher(text);
        if (subject.find()) {
            return (subject.group(2).equals("key") ? "~" : "&") + family(subject.group(1));
        }
        // Some versions name neither key nor channel.
        if (text.contains("channel")) {
            return "&" + family(key);
        }
        return text.contains("key")
                ? "~" + family(key)
                : "+" + call.toLowerCase(Locale.ROOT).replace(' ', '|');
    }

    /** An ACL is written before the backend exists, whose uid is part of some keys: up to the first colon, then {@code *}. */
    private static String family(String key) {
        int colon = key.indexOf(':');
        return colon < 0 ? key : key.substring(0, colon + 1) + "*";
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }
}
