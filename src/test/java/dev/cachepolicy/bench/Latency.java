package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What {@link LoadGenerator} says of a load, in microseconds. */
record Latency(double perSecond, double p50, double p99, double p999) {

    /** Runs the generator on one core. */
    static Latency measure(Machine machine, Peer.Running peer, int seconds, String... load) {
        List<String> command = new ArrayList<>(machine.onOneCore());
        command.addAll(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xms64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoadGenerator.class.getName(),
                String.valueOf(peer.port()),
                String.valueOf(seconds)));
        return parse(new Program(command, Map.of()).run(load));
    }

    private static Latency parse(String line) {
        double[] numbers =
                Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
        return new Latency(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    @Override
    public String toString() {
        return perSecond + " " + p50 + " " + p99 + " " + p999;
    }
}
