package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to what a client says of itself before it asks for anything, given in Redis's place while Redis is down: most
 * clients take an error there for a connection that cannot be used, and would get nothing of what FailOpen promises. Redis
 * hears of it before the client's first command that it sees (see {@link Session#replay}); if it does not agree then, the
 * client's connection is closed, because replies in another protocol or of another database must not reach it.
 *
 * <p>Only what Redis would certainly answer is answered. An AUTH that is Redis's to judge is not; nor is a SELECT, but of
 * database 0: another may not exist, and as no policy holds there, its client would get nothing but errors all the same.
 *
 * @param session where the client stands after it
 * @param reply what it is told, as Redis would
 */
record Introduction(Session session, Consumer<ByteBuf> reply) {

    /** What a client may rely on: the oldest Redis that an agent works with. Which one is down is not known. */
    private static final String OLDEST_VERSION = "7.0.0";

    /** No client of a Redis has this one. */
    private static final int NO_ID = 0;

    /**
     * {@return the answer, or null if the command is none of these or only Redis can tell}
     *
     * @param authenticated whether the agent has credentials of its own, and so an AUTH is not Redis's to judge
     */
    static @Nullable Introduction of(Command command, Session session, boolean authenticated) {
        return switch (command.spec().effect()) {
            case Hello -> hello(Hello.parse(command), session, authenticated);
            case Client -> client(command, session);
            case Select -> command.count() == 2 && command.integer(1) == 0 ? agreed(session.withDatabase(0)) : null;
            default -> null;
        };
    }

    private static @Nullable Introduction hello(Hello hello, Session session, boolean authenticated) {
        if (hello.fault() != null) {
            return refused(session, hello.fault());
        }
        if (hello.authenticates() && !authenticated) {
            return null;
        }
        Session agreed = hello.agreed(session);
        return new Introduction(agreed, reply -> greeting(reply, agreed.resp3()));
    }

    private static void greeting(ByteBuf reply, boolean resp3) {
        ReplyWriter.map(reply, 7, resp3);
        ReplyWriter.bulk(reply, "server");
        ReplyWriter.bulk(reply, "redis");
        ReplyWriter.bulk(reply, "version");
        ReplyWriter.bulk(reply, OLDEST_VERSION);
        ReplyWriter.bulk(reply, "proto");
        ReplyWriter.integer(reply, resp3 ? 3 : 2);
        ReplyWriter.bulk(reply, "id");
        ReplyWriter.integer(reply, NO_ID);
        ReplyWriter.bulk(reply, "mode");
        ReplyWriter.bulk(reply, "standalone");
        ReplyWriter.bulk(reply, "role");
        ReplyWriter.bulk(reply, "master");
        ReplyWriter.bulk(reply, "modules");
        ReplyWriter.emptyArray(reply);
    }

    private static @Nullable Introduction client(Command command, Session session) {
        if (command.count() < 2) {
            return null;
        }
        if (command.is(1, "SETNAME")) {
            return setName(command, session);
        }
        return command.is(1, "SETINFO") ? setInfo(command, session) : null;
    }

    private static Introduction setName(Command command, Session session) {
        if (command.count() != 3) {
            return refused(session, "ERR wrong number of arguments for 'client|setname' command");
        }
        byte[] name = command.copy(2);
        String fault = ClientNames.fault(name);
        return fault == null ? agreed(session.withClientName(name)) : refused(session, fault);
    }

    /** As Redis has it since 7.2; one before refuses it at its return, and the client does without. */
    private static Introduction setInfo(Command command, Session session) {
        if (command.count() != 4) {
            return refused(session, "ERR wrong number of arguments for 'client|setinfo' command");
        }
        String attribute = new String(command.copy(2), StandardCharsets.UTF_8);
        if (!command.is(2, "LIB-NAME") && !command.is(2, "LIB-VER")) {
            return refused(session, "ERR Unrecognized option '" + attribute + "'");
        }
        byte[] value = command.copy(3);
        return ClientNames.isPrintable(value)
                ? agreed(session.withClientInfo(attribute.toUpperCase(Locale.ROOT), value))
                : refused(session, "ERR " + attribute + " cannot contain spaces, newlines or special characters.");
    }

    private static Introduction agreed(Session session) {
        return new Introduction(session, reply -> ReplyWriter.status(reply, "OK"));
    }

    private static Introduction refused(Session session, String error) {
        return new Introduction(session, reply -> ReplyWriter.error(reply, error));
    }
}
