package dev.cachepolicy.local.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The sample application in one pod, asked over HTTP as its users do, and the agent beside it. */
record App(String pod, String address) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** Reads through the application's cache. */
    String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://" + address + ":8080" + path)));
    }

    /** Changes something in the application's source; it deletes the key. */
    void put(String path) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create("http://" + address + ":8080" + path))
                .PUT(HttpRequest.BodyPublishers.noBody()));
    }

    /** {@return what the agent counted: the value of a metric's sample, 0 if there is none} */
    long sample(String nameAndLabels) throws IOException, InterruptedException {
        String page = send(HttpRequest.newBuilder(URI.create("http://" + address + ":9147/metrics")));
        return page.lines()
                .filter(line -> line.startsWith(nameAndLabels))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    private static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                HTTP.send(request.timeout(Duration.ofSeconds(5)).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(response.uri() + " answers " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }
}
