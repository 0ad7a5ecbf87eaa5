package dev.cachepolicy.chart;

import dev.cachepolicy.testing.KubeApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The CRDs of Prometheus Operator and cert-manager, as their Go modules ship them. */
final class ForeignCrds {

    private ForeignCrds() {}

    /** Installs them; returns when they are served. */
    static void install(KubeApi api) throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.toList()) {
                api.client().load(Files.newInputStream(file)).serverSideApply();
            }
        }
        for (String name : List.of(
                "podmonitors.monitoring.coreos.com",
                "servicemonitors.monitoring.coreos.com",
                "prometheusrules.monitoring.coreos.com",
                "certificates.cert-manager.io",
                "issuers.cert-manager.io")) {
            api.client()
                    .apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(name)
                    .waitUntilCondition(
                            crd -> crd != null
                                    && crd.getStatus() != null
                                    && crd.getStatus().getConditions() != null
                                    && crd.getStatus().getConditions().stream()
                                            .anyMatch(condition -> condition
                                                            .getType()
                                                            .equals("Established")
                                                    && condition.getStatus().equals("True")),
                            60,
                            TimeUnit.SECONDS);
        }
    }

    private static Path directory() throws IOException {
        Process process = new ProcessBuilder("hack/foreign-crds", "--check").start();
        String directory = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (directory.isEmpty()) {
            throw new IllegalStateException("the CRDs of others are missing: run hack/foreign-crds first");
        }
        return Path.of(directory);
    }
}
