package dev.cachepolicy.metrics;

/**
 * What a probe answers.
 *
 * @param ok whether the probe succeeds: 200, otherwise 503
 * @param message one sentence for the person who reads the probe's answer
 */
public record Health(boolean ok, String message) {

    public static Health ok(String message) {
        return new Health(true, message);
    }

    public static Health failing(String message) {
        return new Health(false, message);
    }
}
