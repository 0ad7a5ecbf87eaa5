package dev.cachepolicy.e2e.demo;

import java.nio.file.Path;

/** What to do with a cluster that demo-up left running, or next. */
final class Playing {

    private Playing() {}

    static String text(Path kubeConfig) {
        return """

                running; make demo-down ends it. Try:
                  . hack/cluster/env; export KUBECONFIG=%s
                  kubectl -n shop get cpol,cbe,pods
                  kubectl -n shop describe cpol user-profiles
                  kubectl -n shop apply -f examples/policies/user-profiles.yaml   # after changing its ttl
                  kubectl -n shop exec deploy/redis -- redis-cli ttl user:1
                  kubectl -n shop port-forward service/node-cache-aside 8080:80   # then: curl http://127.0.0.1:8080/users/1
                  kubectl -n monitoring port-forward service/prometheus 9090      # then: http://127.0.0.1:9090/alerts
                  kubectl -n shop exec deploy/redis -- redis-cli config set maxmemory 1mb; kubectl -n shop events --watch
                  kubectl -n cachepolicy-system logs -l app.kubernetes.io/name=cachepolicy-operator""".formatted(kubeConfig);
    }

    static String afterwards() {
        return """

                Next: make demo-up keeps such a cluster and says what to try on it;
                docs/guides/platform-team.md installs it on a cluster of yours, docs/guides/application-team.md writes policies.""";
    }
}
