package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where and with what a benchmark ran. */
final class Machine {

    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(?:\\.\\d+)?");

    private final int lastCore;

    private Machine(int lastCore) {
        this.lastCore = lastCore;
    }

    static Machine here() throws IOException {
        String allowed = field(Path.of("/proc/self/status"), "Cpus_allowed_list");
        String[] cores = allowed.split("[,-]");
        return new Machine(Integer.parseInt(cores[cores.length - 1]));
    }

    /** {@return what to put before a command so that it runs on one core: the last, as the kernel's own work is on the first} */
    List<String> onOneCore() {
        return List.of("taskset", "--cpu-list", String.valueOf(lastCore));
    }

    /** {@return how many programs wait for a core, in the last minute: above one, something else takes part} */
    static double load() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    /** {@return name and value of what a reader of the numbers must know} */
    List<String[]> facts() throws IOException {
        List<String[]> facts = new ArrayList<>();
        facts.add(new String[] {"date", LocalDate.now(ZoneOffset.UTC).toString()});
        facts.add(new String[] {
            "machine",
            "%d cores of %s, Linux %s"
                    .formatted(
                            Runtime.getRuntime().availableProcessors(),
                            field(Path.of("/proc/cpuinfo"), "model name"),
                            System.getProperty("os.version").replaceAll("-.*", ""))
        });
        facts.add(new String[] {"agent", say("git", "describe", "--tags", "--always", "--dirty")});
        facts.add(new String[] {"Java", Runtime.version().toString()});
        facts.add(new String[] {"redis-server", version("redis-server", "--version")});
        facts.add(new String[] {"twemproxy", version("nutcracker", "--version")});
        facts.add(new String[] {"haproxy", version("haproxy", "-v")});
        return facts;
    }

    private static String version(String... command) {
        Matcher matcher = VERSION.matcher(say(command));
        return matcher.find() ? matcher.group() : "unknown";
    }

    private static String say(String... command) {
        return Program.of(command).run();
    }

    private static String field(Path file, String name) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        }
    }
}
