package dev.cachepolicy.local.demo;

/** What to do with a cluster that demo-up left running. */
final class Playing {

    private Playing() {}

    static String text(Scene scene) {
        String kubeConfig = scene.cluster().kubeConfig().toString();
        String app = scene.apps.getFirst().address();
        int redis = scene.redis().port();
        return """

                running; make demo-down ends it. Try:
                  export KUBECONFIG=%s; alias kubectl='%s -n %s'
                  kubectl get cpol,cbe,pods
                  kubectl apply -f examples/policies/user-profiles.yaml   # after changing its ttl
                  curl http://%s:8080/users/1                    # the application
                  redis-cli -p %d ttl user:1                        # what it left in Redis
                  redis-cli -h %s set user:2 hello               # through the agent
                  curl http://%s:9147/metrics                    # what the agent counted
                  redis-cli -p %d config set maxmemory 1mb          # and watch kubectl get events
                  less %s/operator.log    # pods/%s/*/logs are beside it""".formatted(
                        kubeConfig,
                        scene.cluster().api().kubectl(),
                        Scene.NAMESPACE,
                        app,
                        redis,
                        app,
                        app,
                        redis,
                        scene.cluster().directory(),
                        Scene.NAMESPACE);
    }
}
