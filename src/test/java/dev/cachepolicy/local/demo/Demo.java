package dev.cachepolicy.local.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;

/**
 * The main job in local mode. {@code Demo run} carries out every step and ends with {@code demo: N of N}; {@code Demo up}
 * stops after the set-up and keeps it until it is asked to end (SIGTERM).
 */
public final class Demo {

    private static final Path DIRECTORY = Path.of("target", "demo", "cluster");
    private static final Path READY = Path.of("target", "demo", "ready");

    private Demo() {}

    /** @param arguments {@code run} or {@code up} */
    public static void main(String[] arguments) throws Exception {
        prepare();
        Scene scene = new Scene(DIRECTORY.toAbsolutePath());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(scene)));
        Report report = new Report(System.out);
        boolean up = List.of(arguments).equals(List.of("up"));
        if (!up) {
            run(report, scene);
        } else if (report.run(SetupSteps.steps(), scene)) {
            Files.writeString(READY, Playing.text(scene));
            System.out.println(Playing.text(scene));
            new CountDownLatch(1).await();
        }
        close(scene);
        System.exit(!up && report.sum() ? 0 : 1);
    }

    private static void run(Report report, Scene scene) {
        for (List<Step> chapter :
                List.of(SetupSteps.steps(), TtlSteps.steps(), EverydaySteps.steps(), FaultSteps.steps())) {
            report.run(chapter, scene);
        }
        report.end(scene);
    }

    /** The screen is for the steps; what the parts log goes to a file. */
    private static void prepare() throws IOException {
        if (Files.exists(DIRECTORY)) {
            try (Stream<Path> files = Files.walk(DIRECTORY)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(DIRECTORY);
        LogManager.getLogManager().reset();
        Handler file = new FileHandler(DIRECTORY.resolve("demo.log").toString());
        file.setFormatter(new SimpleFormatter());
        Logger.getLogger("").addHandler(file);
    }

    private static void close(Scene scene) {
        try {
            scene.close();
        } catch (RuntimeException e) {
            Logger.getLogger(Demo.class.getName()).warning("while ending: " + e);
        }
    }
}
