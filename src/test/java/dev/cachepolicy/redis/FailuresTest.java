package dev.cachepolicy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {

    /** Error texts as Redis 6.2, 7.0, 7.2, Valkey 8 and managed services write them. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        "WRONGPASS invalid username-password pair or user is disabled.",
                        new RedisFailure.WrongPassword("Redis refuses the user name or password")),
                Arguments.of(
                        "NOAUTH Authentication required.",
                        new RedisFailure.WrongPassword("Redis asks for a password and none was given")),
                Arguments.of(
                        "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
                        new RedisFailure.WrongPassword(
                                "a password was sent, but this Redis has none for the default user")),
                Arguments.of(
                        "ERR unknown command 'CONFIG', with args beginning with: 'SET' 'maxmemory' ",
                        new RedisFailure.UnknownCommand("this Redis has no command CONFIG SET")),
                Arguments.of(
                        "ERR unknown command `CONFIG`, with args beginning with: `SET`, ",
                        new RedisFailure.UnknownCommand("this Redis has no command CONFIG SET")),
                Arguments.of(
                        "ERR Unsupported CONFIG parameter: maxmemory",
                        new RedisFailure.UnknownCommand("this Redis has no command CONFIG SET")),
                Arguments.of(
                        "NOPERM this user has no permissions to run the 'config|set' command",
                        new RedisFailure.NotPermitted(
                                "+config|set", "the user may not CONFIG SET: its ACL lacks +config|set")),
                Arguments.of(
                        "NOPERM User op has no permissions to run the 'config|set' command",
                        new RedisFailure.NotPermitted(
                                "+config|set", "the user may not CONFIG SET: its ACL lacks +config|set")),
                Arguments.of(
                        "NOPERM this user has no permissions to run the 'config' command or its subcommand",
                        new RedisFailure.NotPermitted("+config", "the user may not CONFIG SET: its ACL lacks +config")),
                Arguments.of(
                        "NOPERM this user has no permissions to access one of the keys used as arguments",
                        new RedisFailure.NotPermitted(
                                "~cachepolicy:*", "the user may not CONFIG SET: its ACL lacks ~cachepolicy:*")),
                Arguments.of(
                        "NOPERM No permissions to access a key",
                        new RedisFailure.NotPermitted(
                                "~cachepolicy:*", "the user may not CONFIG SET: its ACL lacks ~cachepolicy:*")),
                Arguments.of(
                        "NOPERM User op has no permissions to access the 'cachepolicy:agents:u' channel",
                        new RedisFailure.NotPermitted(
                                "&cachepolicy:*", "the user may not CONFIG SET: its ACL lacks &cachepolicy:*")),
                Arguments.of(
                        "NOPERM this user has no permissions to access one of the channels used as arguments",
                        new RedisFailure.NotPermitted(
                                "&cachepolicy:*", "the user may not CONFIG SET: its ACL lacks &cachepolicy:*")),
                Arguments.of("ERR User 'app' not found", new RedisFailure.UnknownUser("User 'app' not found")),
                Arguments.of(
                        "LOADING Redis is loading the dataset in memory",
                        new RedisFailure.Loading("Redis is reading its data from disk")),
                Arguments.of(
                        "OOM command not allowed when used memory > 'maxmemory'.",
                        new RedisFailure.OutOfMemory("Redis has reached maxmemory and may not evict")),
                Arguments.of(
                        "READONLY You can't write against a read only replica.",
                        new RedisFailure.Other(
                                "this Redis is a replica and takes no writes: name the primary in endpoints")),
                Arguments.of(
                        "MOVED 3999 10.0.0.7:6381",
                        new RedisFailure.Other(
                                "this Redis is part of a cluster: mode Standalone needs one that is not")),
                Arguments.of(
                        "ERR max number of clients reached",
                        new RedisFailure.Other("ERR max number of clients reached")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anErrorReplyIsNamed(String error, RedisFailure failure) {
        assertThat(Failures.refused("CONFIG SET", "cachepolicy:owner", error)).isEqualTo(failure);
    }

    /** What Lettuce and Netty throw, whose texts have the address, or Java's idea of it. */
    static Stream<Arguments> exceptions() {
        return Stream.of(
                Arguments.of(
                        new RedisConnectionException(
                                "Unable to connect to 127.0.0.1/<unresolved>:6379",
                                new ConnectException("Connection refused: /127.0.0.1:6379")),
                        new RedisFailure.ConnectionFailed("nothing listens there (connection refused)")),
                Arguments.of(
                        new RedisConnectionException("Unable to connect", new UnknownHostException("redis.shop.svc")),
                        new RedisFailure.ConnectionFailed("the host name does not resolve")),
                Arguments.of(
                        new RedisConnectionException(
                                "Unable to connect",
                                new ConnectTimeoutException("connection timed out: /10.0.0.7:6379")),
                        new RedisFailure.TimedOut("no answer to the attempt to connect in time")),
                Arguments.of(
                        new RedisCommandTimeoutException("Command timed out after 2 second(s)"),
                        new RedisFailure.TimedOut("no answer to INFO in time")),
                Arguments.of(new RedisException("Connection closed"), RedisFailure.ConnectionFailed.closed()));
    }

    @ParameterizedTest
    @MethodSource("exceptions")
    void aFailureIsToldWithoutTheEndpointWhichTheAskerKnows(Exception thrown, RedisFailure failure) {
        assertThat(Failures.of("INFO", "", new ExecutionException(thrown))).isEqualTo(failure);
    }

    @Test
    void argumentsThatRedisRepeatsAreNotPassedOn() {
        RedisFailure failure = Failures.refused(
                "AUTH", "", "ERR unknown command 'AUTH', with args beginning with: 'op' 'very-secret' ");
        assertThat(failure.toString()).doesNotContain("very-secret");
    }

    @Test
    void anEndlessTextIsCut() {
        assertThat(Failures.refused("INFO", "", "ERR " + "x".repeat(5000)).message())
                .hasSizeLessThan(250);
    }
}
