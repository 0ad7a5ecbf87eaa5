package dev.cachepolicy.local.demo;

import dev.cachepolicy.demo.DemoLog;
import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Report;
import dev.cachepolicy.demo.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;

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
        DemoLog.in(DIRECTORY);
        Scene scene = new Scene(DIRECTORY.toAbsolutePath());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(scene)));
        Report<Scene> report = new Report<>(System.out, scene);
        boolean up = List.of(arguments).equals(List.of("up"));
        if (!up) {
            run(report);
        } else if (report.run(SetupSteps.steps())) {
            Files.writeString(READY, Playing.text(scene));
            System.out.println(Playing.text(scene));
            new CountDownLatch(1).await();
        }
        close(scene);
        System.exit(!up && report.sum() ? 0 : 1);
    }

    private static void run(Report<Scene> report) {
        for (List<Step<Scene>> chapter : List.of(
                SetupSteps.steps(),
                TtlSteps.steps(),
                StampedeSteps.steps(),
                EverydaySteps.steps(),
                FaultSteps.steps())) {
            report.run(chapter);
        }
        report.end(Step.of("nothing is left running", Demo::nothingIsLeft));
    }

    private static String nothingIsLeft(Scene scene) throws DidNotHappenException {
        scene.close();
        long left = ProcessHandle.current().descendants().count();
        DidNotHappenException.unless(left == 0, left + " processes");
        return "0 processes";
    }

    private static void close(Scene scene) {
        try {
            scene.close();
        } catch (RuntimeException e) {
            Logger.getLogger(Demo.class.getName()).warning("while ending: " + e);
        }
    }
}
