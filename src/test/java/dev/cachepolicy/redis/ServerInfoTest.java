package dev.cachepolicy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerInfoTest {

    @Test
    void whatRedisSaysIsRead() {
        assertThat(
                        ServerInfo.parse(
                                "# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\n# Memory\r\nused_memory:1024\r\n"
                                        + "maxmemory:2048\r\nmaxmemory_policy:allkeys-lfu\r\naof_enabled:1\r\nrole:master\r\n"
                                        + "evicted_keys:7\r\n# Keyspace\r\ndb0:keys=3,expires=2,avg_ttl=0\r\ndb4:keys=2,expires=0,avg_ttl=0\r\n"))
                .isEqualTo(new ServerInfo("Redis", "7.0.15", "abc", "master", 1024, 2048, "allkeys-lfu", 5, 7, true));
    }

    @Test
    void valkeyIsNamedWithItsOwnVersion() {
        ServerInfo info = ServerInfo.parse("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.0.1\r\n");
        assertThat(info.product()).isEqualTo("Valkey");
        assertThat(info.version()).isEqualTo("9.0.1");
    }

    @Test
    void whatAServiceHidesIsEmpty() {
        assertThat(ServerInfo.parse("used_memory:many\r\nnonsense\r\ndb0:full\r\n"))
                .isEqualTo(new ServerInfo("Redis", "", "", "", 0, 0, "", 0, 0, false));
    }
}
