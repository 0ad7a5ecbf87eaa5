package dev.cachepolicy.local.demo;

/**
 * One thing that must happen.
 *
 * @param what the thing, as a sentence that is true when it happened
 * @param prerequisite whether the later steps make no sense without it
 * @param check makes it happen
 */
record Step(String what, boolean prerequisite, Check check) {

    /** Makes something happen and measures it. */
    @FunctionalInterface
    interface Check {
        /**
         * {@return what was measured, in a few words}
         *
         * @throws Exception if it did not happen; the message says what happened instead
         */
        String happen(Scene scene) throws Exception;
    }

    static Step of(String what, Check check) {
        return new Step(what, false, check);
    }

    static Step first(String what, Check check) {
        return new Step(what, true, check);
    }
}
