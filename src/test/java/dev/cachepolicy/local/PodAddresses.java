package dev.cachepolicy.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Gives out the addresses 127.0.1.1 to 127.0.1.254, one to a pod. An address is held by a lock on a file, so that two
 * local clusters on one machine never share one, and that the end of a process frees what it held.
 */
final class PodAddresses {

    private static final String PREFIX = "127.0.1.";

    private final Path locks;

    /** @param locks directory of the lock files, the same for all clusters of this user */
    PodAddresses(Path locks) {
        this.locks = locks;
    }

    /** An address in use; closing frees it. */
    record Address(String ip, FileChannel lock) implements AutoCloseable {
        @Override
        public void close() {
            try {
                lock.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * {@return the least free address}
     *
     * @param ports that the pod will listen on; an address where something else listens on one of them is passed over
     * @throws IllegalStateException if there is none, with what is in the way
     */
    Address take(Collection<Integer> ports) {
        String taken = "";
        for (int n = 1; n <= 254; n++) {
            String ip = PREFIX + n;
            FileChannel lock = lock(ip);
            if (lock == null) {
                continue;
            }
            Address address = new Address(ip, lock);
            int busy = firstBusy(ip, ports);
            if (busy == 0) {
                return address;
            }
            address.close();
            taken = ip + ":" + busy;
        }
        throw new IllegalStateException("no address left for a pod"
                + (taken.isEmpty()
                        ? ""
                        : ": something listens on " + taken
                                + ", probably on all addresses; stop it, or let it listen on 127.0.0.1 only"));
    }

    private @Nullable FileChannel lock(String ip) {
        try {
            Files.createDirectories(locks);
            FileChannel channel =
                    FileChannel.open(locks.resolve(ip), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return null;
            }
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    private static int firstBusy(String ip, Collection<Integer> ports) {
        for (int port : ports) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(ip))) {
                assert probe.isBound();
            } catch (IOException e) {
                return port;
            }
        }
        return 0;
    }
}
