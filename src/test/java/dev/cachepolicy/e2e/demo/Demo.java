package dev.cachepolicy.e2e.demo;

import dev.cachepolicy.demo.DemoLog;
import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Report;
import dev.cachepolicy.demo.Step;
import dev.cachepolicy.testing.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Logger;

/**
 * The main job on a kind cluster. {@code Demo run} carries out every step, deletes the cluster and ends with
 * {@code demo: N of N}; {@code Demo up} stops after the set-up and leaves the cluster.
 */
public final class Demo {

    private static final Path DIRECTORY = Path.of("target", "demo", "kind");

    private Demo() {}

    /** @param arguments {@code run} or {@code up} */
    public static void main(String[] arguments) throws Exception {
        DemoLog.in(DIRECTORY);
        Scene scene = new Scene(new Terminal(System.out));
        Thread cleaning = new Thread(() -> close(scene));
        Runtime.getRuntime().addShutdownHook(cleaning);
        Report<Scene> report = new Report<>(System.out, scene);
        if (!List.of(arguments).equals(List.of("up"))) {
            run(report);
            System.exit(report.sum() ? 0 : 1);
        }
        if (!report.run(SetupSteps.steps())) {
            System.exit(1);
        }
        System.out.println(Playing.text(scene.cluster().kubeConfig()));
        Runtime.getRuntime().removeShutdownHook(cleaning);
        System.exit(0);
    }

    private static void run(Report<Scene> report) {
        for (List<Step<Scene>> chapter : List.of(SetupSteps.steps(), EverydaySteps.steps(), FaultSteps.steps())) {
            report.run(chapter);
        }
        report.end(Step.of("the cluster is gone", Demo::clusterIsGone));
        System.out.println(Playing.afterwards());
    }

    private static String clusterIsGone(Scene scene) throws DidNotHappenException {
        scene.close();
        String left = Program.of("kind").run("get", "clusters");
        DidNotHappenException.unless(left.lines().noneMatch(Scene.CLUSTER::equals), "kind get clusters: " + left);
        return "kind get clusters does not list " + Scene.CLUSTER;
    }

    private static void close(Scene scene) {
        try {
            scene.close();
        } catch (RuntimeException e) {
            Logger.getLogger(Demo.class.getName()).warning("while ending: " + e);
        }
    }
}
