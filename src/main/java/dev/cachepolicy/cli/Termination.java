package dev.cachepolicy.cli;

import java.util.concurrent.CountDownLatch;

/** The end of a command that runs until it is told to end. */
final class Termination {

    private Termination() {}

    /**
     * Waits for SIGTERM or SIGINT, then closes and ends the process with status 0, which tells the kubelet that it ended
     * as it was asked to. Does not return.
     *
     * @param close what is to be done before; its own business is to end in time
     */
    static void await(Runnable close) throws InterruptedException {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            close.run();
                            // The virtual machine would say 143; nothing is left that other hooks would do.
                            Runtime.getRuntime().halt(0);
                        },
                        "terminate"));
        new CountDownLatch(1).await();
    }
}
