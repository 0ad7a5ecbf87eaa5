package dev.cachepolicy.operator;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What this process warns of, libraries too, from now on. */
final class LogRecords extends Handler implements AutoCloseable {

    private final List<String> warnings = new CopyOnWriteArrayList<>();

    private LogRecords() {}

    static LogRecords collect() {
        LogRecords records = new LogRecords();
        Logger.getLogger("").addHandler(records);
        return records;
    }

    @Override
    public void publish(LogRecord record) {
        // That a version is alpha is said of ours at every use, and filtered by the operator's own logging.
        if (record.getLevel().intValue() >= Level.WARNING.intValue()
                && !String.valueOf(record.getLoggerName()).endsWith("VersionUsageUtils")) {
            warnings.add(record.getLoggerName() + " " + new SimpleFormatter().formatMessage(record));
        }
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
