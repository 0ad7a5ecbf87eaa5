package dev.cachepolicy.agent.fence;

/**
 * Whether a reader loads a value before it expires, so that nobody meets its expiry. Each reader draws for itself; the less
 * time is left and the longer a load takes, the more likely one of them is chosen.
 *
 * @see <a href="https://cseweb.ucsd.edu/~avattani/papers/cache_stampede.pdf">Vattani, Chierichetti, Lowenstein: Optimal
 *     Probabilistic Cache Stampede Prevention, VLDB 2015</a>, XFetch
 */
public final class EarlyRecomputation {

    private EarlyRecomputation() {}

    /**
     * {@return how much time may be left, in nanoseconds, for this reader to load}
     *
     * @param loadNanos how long a load takes, 0: not known, so none is early
     * @param beta above 1: earlier; below: later
     * @param drawn at random, at least 0 and below 1
     */
    public static long most(long loadNanos, double beta, double drawn) {
        return (long) (loadNanos * beta * -Math.log(1 - drawn));
    }
}
