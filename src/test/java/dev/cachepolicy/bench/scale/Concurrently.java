package dev.cachepolicy.bench.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/** Requests as a pipeline would send them: some at a time. */
final class Concurrently {

    private static final int AT_A_TIME = 16;

    private Concurrently() {}

    static <T, R> List<R> map(List<T> items, Function<T, R> request) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            List<Future<R>> futures = items.stream()
                    .map(item -> threads.submit(() -> request.apply(item)))
                    .toList();
            List<R> results = new ArrayList<>();
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    static <T> void forEach(List<T> items, Consumer<T> request) throws Exception {
        map(items, item -> {
            request.accept(item);
            return item;
        });
    }
}
