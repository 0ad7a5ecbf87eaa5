package dev.cachepolicy.difference;

/** Which requests may wait until another client does something. */
final class Blocking {

    private Blocking() {}

    /** {@return whether a request, outside a transaction, may wait without limit} */
    static boolean waitsForOthers(Request request) {
        int last = request.words().size() - 1;
        return switch (request.name()) {
            case "BLPOP", "BRPOP", "BZPOPMIN", "BZPOPMAX", "BLMOVE", "BRPOPLPUSH", "WAIT", "WAITAOF" ->
                isZero(request, last);
            case "BLMPOP", "BZMPOP" -> isZero(request, 1);
            case "XREAD" -> request.argument(1).equals("BLOCK") && isZero(request, 2);
            case "XREADGROUP" -> request.argument(4).equals("BLOCK") && isZero(request, 5);
            default -> false;
        };
    }

    private static boolean isZero(Request request, int index) {
        return request.argument(index).equals("0");
    }
}
