package dev.cachepolicy.demo;

/**
 * One thing that must happen.
 *
 * @param <S> the scene in which it happens
 * @param what the thing, as a sentence that is true when it happened
 * @param prerequisite whether the later steps make no sense without it
 * @param check makes it happen
 */
public record Step<S>(String what, boolean prerequisite, Check<S> check) {

    /** Makes something happen and measures it. */
    @FunctionalInterface
    public interface Check<S> {
        /**
         * {@return what was measured, in a few words}
         *
         * @throws Exception if it did not happen; the message says what happened instead
         */
        String happen(S scene) throws Exception;
    }

    public static <S> Step<S> of(String what, Check<S> check) {
        return new Step<>(what, false, check);
    }

    public static <S> Step<S> first(String what, Check<S> check) {
        return new Step<>(what, true, check);
    }
}
