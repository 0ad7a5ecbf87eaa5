package dev.cachepolicy.testing;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.reflect.Proxy;
import java.util.function.Function;

/** A client without an API server, for what a real one cannot be made to do. */
public final class StandInClient {

    private StandInClient() {}

    /**
     * {@return a client that answers every call as told}
     *
     * @param answers given the name of the method; may throw
     */
    public static KubernetesClient answering(Function<String, Object> answers) {
        return (KubernetesClient) Proxy.newProxyInstance(
                StandInClient.class.getClassLoader(),
                new Class<?>[] {KubernetesClient.class},
                (_, method, _) -> answers.apply(method.getName()));
    }
}
