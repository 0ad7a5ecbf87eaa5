package dev.cachepolicy.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * What the process says while it runs: one line an event on standard error, {@code time LEVEL package message}. SLF4J in
 * front, the JDK's own logging behind it.
 */
final class Logging {

    /** Environment variable with the level: {@code debug}, {@code info} (default), {@code warn}, {@code error}. */
    static final String LEVEL_VARIABLE = "CACHEPOLICY_LOG";

    private static final String ROOT_PACKAGE = "dev.cachepolicy.";

    private static final Map<String, Level> LEVELS =
            Map.of("debug", Level.FINE, "info", Level.INFO, "warn", Level.WARNING, "error", Level.SEVERE);

    /** Warns of every resource in an alpha version, and ours are. */
    private static final String VERSION_WARNINGS = "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils";

    /** By its name, because an agent's process does not have the class. */
    private static final String API_ERROR = "KubernetesClientException";

    private Logging() {}

    /** Takes effect if no logger was made before. */
    static void setUp(@Nullable String level) {
        System.setProperty("java.util.logging.manager", Manager.class.getName());
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new LineHandler());
        root.setLevel(LEVELS.getOrDefault(level == null ? "info" : level.toLowerCase(Locale.ROOT), Level.INFO));
    }

    /** Debugging means ours: libraries have far too much to say. */
    static boolean isWanted(LogRecord record) {
        String logger = String.valueOf(record.getLoggerName());
        return (record.getLevel().intValue() >= Level.INFO.intValue() && !logger.equals(VERSION_WARNINGS))
                || logger.startsWith(ROOT_PACKAGE);
    }

    /**
     * Does not take the handlers away when the process ends: what is said while it drains must be heard. The JDK
     * makes it by its name.
     */
    public static final class Manager extends LogManager {

        @Override
        public void reset() {}
    }

    private static final class LineHandler extends StreamHandler {

        LineHandler() {
            super(System.err, new LineFormatter());
            setLevel(Level.ALL);
            setFilter(Logging::isWanted);
        }

        @Override
        public synchronized void publish(LogRecord record) {
            super.publish(record);
            flush();
        }
    }

    /**
     * One line; below it the stack only of what should not have happened, which is not a failing network or file, nor an API
     * server that refuses something.
     */
    static final class LineFormatter extends Formatter {

        @Override
        public String format(LogRecord record) {
            StringBuilder line = new StringBuilder(160);
            line.append(Instant.ofEpochMilli(record.getMillis()).truncatedTo(ChronoUnit.MILLIS))
                    .append(' ')
                    .append(name(record.getLevel()))
                    .append(' ')
                    .append(source(record.getLoggerName()))
                    .append(' ')
                    .append(formatMessage(record).replace("\n", "\\n").replace("\r", "\\r"));
            Throwable thrown = record.getThrown();
            Throwable fromOutside = fromOutside(thrown);
            if (fromOutside != null) {
                line.append(": ").append(fromOutside.toString().replace("\n", "\\n"));
            } else if (thrown != null) {
                StringWriter stack = new StringWriter();
                thrown.printStackTrace(new PrintWriter(stack));
                line.append('\n').append(stack.toString().stripTrailing());
            }
            return line.append('\n').toString();
        }

        /** {@return what others answered or did not, as a library may have wrapped it; null: nothing of the kind} */
        private static @Nullable Throwable fromOutside(@Nullable Throwable thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException
                        || cause.getClass().getSimpleName().equals(API_ERROR)) {
                    return cause;
                }
            }
            return null;
        }

        private static String name(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "ERROR";
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return "WARN ";
            }
            return level.intValue() >= Level.INFO.intValue() ? "INFO " : "DEBUG";
        }

        /** The package of ours, or the name of another's class. */
        private static String source(@Nullable String logger) {
            if (logger == null) {
                return "-";
            }
            return logger.startsWith(ROOT_PACKAGE)
                    ? logger.substring(ROOT_PACKAGE.length(), Math.max(ROOT_PACKAGE.length(), logger.lastIndexOf('.')))
                    : logger.substring(logger.lastIndexOf('.') + 1);
        }
    }
}
