package dev.cachepolicy.agent;

import dev.cachepolicy.agent.reload.Directories;
import dev.cachepolicy.config.Heartbeat;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent is started with.
 *
 * @param directories what it follows
 * @param expected names of the backends without whose configuration it is not ready; empty: those that are mounted
 * @param bind address of the listeners for applications
 * @param admin address of the admin port
 * @param eventLoops threads that move bytes
 * @param self the pod; empty outside Kubernetes: no heartbeats are sent
 * @param version of this build
 */
public record AgentOptions(
        Directories directories,
        Set<String> expected,
        InetAddress bind,
        InetSocketAddress admin,
        int eventLoops,
        Optional<Heartbeat.Agent> self,
        String version) {

    public AgentOptions {
        expected = Set.copyOf(expected);
    }
}
