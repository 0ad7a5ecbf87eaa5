package dev.cachepolicy.difference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One request of a client. Strings are bytes, one character each (ISO 8859-1).
 *
 * @param words name and arguments; of a {@link Form#Raw} the one word that is sent as it is
 */
record Request(Form form, List<String> words) {

    enum Form {
        Array,
        Inline,
        /** Bytes that break the protocol: the connection ends behind them. */
        Raw
    }

    Request {
        words = List.copyOf(words);
    }

    static Request of(String... words) {
        return new Request(Form.Array, List.of(words));
    }

    static Request raw(String bytes) {
        return new Request(Form.Raw, List.of(bytes));
    }

    /** {@return the command's name in upper case} */
    String name() {
        return words.getFirst().toUpperCase(Locale.ROOT);
    }

    /** {@return an argument in upper case; empty if there is none} */
    String argument(int index) {
        return index < words.size() ? words.get(index).toUpperCase(Locale.ROOT) : "";
    }

    Request with(int index, String word) {
        List<String> changed = new ArrayList<>(words);
        changed.set(index, word);
        return new Request(form, changed);
    }

    Request without(int index) {
        List<String> changed = new ArrayList<>(words);
        changed.remove(index);
        return new Request(form, changed);
    }

    String bytes() {
        return switch (form) {
            case Raw -> words.getFirst();
            case Inline -> line() + "\r\n";
            case Array -> {
                StringBuilder bytes =
                        new StringBuilder("*").append(words.size()).append("\r\n");
                for (String word : words) {
                    bytes.append('$').append(word.length()).append("\r\n");
                    bytes.append(word).append("\r\n");
                }
                yield bytes.toString();
            }
        };
    }

    /** {@return the request as one types it into redis-cli} */
    String line() {
        return words.stream().map(Request::quoted).collect(Collectors.joining(" "));
    }

    static String quoted(String word) {
        if (!word.isEmpty() && word.chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\'' && c != '\\')) {
            return word;
        }
        return "\"" + escaped(word) + "\"";
    }

    /** {@return bytes made visible, as redis-cli shows them within quotes} */
    static String escaped(String bytes) {
        StringBuilder text = new StringBuilder();
        for (char c : bytes.toCharArray()) {
            switch (c) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '"', '\\' -> text.append('\\').append(c);
                default -> text.append(c >= ' ' && c < 127 ? String.valueOf(c) : String.format("\\x%02x", (int) c));
            }
        }
        return text.toString();
    }
}
