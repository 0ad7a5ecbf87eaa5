package dev.cachepolicy.testing;

import java.nio.file.Path;

/** Programs of other languages with the clients of Redis that they use, as {@code hack/test-clients} installs them. */
public final class TestClients {

    /** Programs that are written for tests. */
    public static final Path DIRECTORY = Path.of("target", "test-clients");

    /** Those of {@code examples/apps/classic}. */
    public static final Path CLASSIC = DIRECTORY.resolve("classic");

    /** The interpreter that has redis-py. */
    public static final String PYTHON =
            DIRECTORY.resolve("venv/bin/python").toAbsolutePath().toString();

    private TestClients() {}

    /** Installs what is missing, and brings the programs up to date. */
    public static void install() {
        Program.of("hack/test-clients").run();
    }
}
