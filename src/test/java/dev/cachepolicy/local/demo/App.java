package dev.cachepolicy.local.demo;

import java.io.IOException;

/** The sample application in one pod, asked over HTTP as its users do, and the agent beside it. */
record App(String pod, String address) {

    /** Reads through the application's cache. */
    String get(String path) throws IOException, InterruptedException {
        return Http.get(url(8080, path));
    }

    /** Changes something in the application's source; it deletes the key. */
    void put(String path) throws IOException, InterruptedException {
        Http.put(url(8080, path));
    }

    /** {@return what the agent counted} */
    long sample(String nameAndLabels) throws IOException, InterruptedException {
        return Http.sample(url(9147, "/metrics"), nameAndLabels);
    }

    private String url(int port, String path) {
        return "http://" + address + ":" + port + path;
    }
}
