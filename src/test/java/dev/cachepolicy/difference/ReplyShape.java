package dev.cachepolicy.difference;

/** The types of replies without their content; statuses and errors as they are. */
final class ReplyShape {

    private final String bytes;
    private int position;

    private ReplyShape(String bytes) {
        this.bytes = bytes;
    }

    static String of(String bytes) {
        ReplyShape shape = new ReplyShape(bytes);
        StringBuilder text = new StringBuilder();
        while (shape.position < bytes.length() && bytes.indexOf("\r\n", shape.position) >= 0) {
            shape.append(text);
        }
        return text + bytes.substring(shape.position);
    }

    private void append(StringBuilder text) {
        int end = bytes.indexOf("\r\n", position);
        String line = bytes.substring(position, end);
        position = end + 2;
        char type = line.charAt(0);
        switch (type) {
            case '$', '=', '!' -> {
                int length = Integer.parseInt(line.substring(1));
                position += length < 0 ? 0 : length + 2;
                text.append(length < 0 ? "null " : type + " ");
            }
            // How many there are is chance as well, what they are is not worth a word.
            case '*', '~', '>', '%' -> {
                int count = Integer.parseInt(line.substring(1)) * (type == '%' ? 2 : 1);
                for (StringBuilder unused = new StringBuilder(); count > 0; count--) {
                    append(unused);
                }
                text.append(type).append(' ');
            }
            case '+', '-' -> text.append(line).append(' ');
            default -> text.append(type).append(' ');
        }
    }
}
