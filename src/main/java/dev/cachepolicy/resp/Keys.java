package dev.cachepolicy.resp;

/**
 * Where a command's keys stand.
 *
 * @param first position of the first key, 0: none, {@value #AFTER_STORE}: after the option STORE
 * @param last position of the last, counted from the end if negative
 * @param step from one key to the next
 */
public record Keys(int first, int last, int step) {

    static final Keys NONE = new Keys(0, 0, 1);

    static final int AFTER_STORE = -1;

    /** {@return whether no command of this kind has a key that is listed here} */
    public boolean isNone() {
        return first == 0;
    }

    /** {@return position of the first key in a command, 0 if it has none} */
    public int first(Command command) {
        if (first != AFTER_STORE) {
            return first < command.count() ? first : 0;
        }
        for (int i = 2; i < command.count() - 1; i++) {
            if (command.is(i, "STORE") || command.is(i, "STOREDIST")) {
                return i + 1;
            }
        }
        return 0;
    }

    /** {@return position of the last key in a command that has a first one} */
    public int last(Command command) {
        if (first == AFTER_STORE) {
            return first(command);
        }
        return last < 0 ? command.count() + last : last;
    }

    /** Reads {@code 1}, {@code 1:-1:2}, {@code -} or {@code STORE}. */
    public static Keys parse(String text) {
        if (text.equals("-")) {
            return NONE;
        }
        if (text.equals("STORE")) {
            return new Keys(AFTER_STORE, AFTER_STORE, 1);
        }
        String[] parts = text.split(":", -1);
        int first = Integer.parseInt(parts[0]);
        return new Keys(
                first,
                parts.length > 1 ? Integer.parseInt(parts[1]) : first,
                parts.length > 2 ? Integer.parseInt(parts[2]) : 1);
    }
}
