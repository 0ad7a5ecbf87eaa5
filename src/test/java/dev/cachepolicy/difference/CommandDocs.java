package dev.cachepolicy.difference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** What a server says of its own commands (COMMAND DOCS), and calls made of it. */
final class CommandDocs {

    private static final int OPTIONAL_IN = 3;

    private final Map<String, List<?>> arguments = new TreeMap<>();

    private CommandDocs() {}

    static CommandDocs of(Jedis redis) {
        CommandDocs docs = new CommandDocs();
        docs.add((List<?>) redis.sendCommand(Protocol.Command.COMMAND, "DOCS"));
        return docs;
    }

    /** Commands alternate with their descriptions; a description with subcommands is no command itself, or also one. */
    private void add(List<?> commands) {
        for (int i = 0; i < commands.size(); i += 2) {
            Map<String, Object> description = map(commands.get(i + 1));
            List<?> subcommands = list(description.get("subcommands"));
            if (subcommands.isEmpty() || description.containsKey("arguments")) {
                arguments.put(text(commands.get(i)), list(description.get("arguments")));
            }
            add(subcommands);
        }
    }

    /** {@return names of commands, those of subcommands with their parent's before a bar} */
    List<String> names() {
        return List.copyOf(arguments.keySet());
    }

    /** {@return a call as the server describes it} */
    Request plausible(String name, RandomGenerator random, String key) {
        List<String> words = new ArrayList<>(List.of(name.split("\\|", -1)));
        fill(arguments.get(name), words, random, key);
        return new Request(Request.Form.Array, words);
    }

    private static void fill(List<?> arguments, List<String> words, RandomGenerator random, String key) {
        for (Object argument : arguments) {
            Map<String, Object> described = map(argument);
            List<?> flags = list(described.get("flags"));
            if (has(flags, "optional") && random.nextInt(OPTIONAL_IN) > 0) {
                continue;
            }
            if (described.containsKey("token")) {
                words.add(text(described.get("token")));
            }
            int times =
                    has(flags, "multiple") && !text(described.get("type")).equals("key") ? 1 + random.nextInt(2) : 1;
            for (int i = 0; i < times; i++) {
                value(described, words, random, key);
            }
        }
    }

    private static void value(Map<String, Object> argument, List<String> words, RandomGenerator random, String key) {
        List<?> inner = list(argument.get("arguments"));
        switch (text(argument.get("type"))) {
            case "pure-token" -> {}
            case "oneof" -> fill(List.of(inner.get(random.nextInt(inner.size()))), words, random, key);
            case "block" -> fill(inner, words, random, key);
            case "key" -> words.add(key);
            case "unix-time" -> words.add("4102444800");
            case "double" -> words.add(random.nextBoolean() ? "0" : "2.5");
            case "pattern" -> words.add("nothing*");
            case "integer" -> words.add(integer(text(argument.get("name")), random));
            default -> words.add(List.of("a", "f1", "1", "one", "0-0").get(random.nextInt(5)));
        }
    }

    private static String integer(String name, RandomGenerator random) {
        return switch (name) {
            case "numkeys", "numfields" -> "1";
            case "seconds" -> Words.FAR_SECONDS;
            case "milliseconds" -> Words.FAR_SECONDS + "000";
            default -> List.of("0", "1", "2", "-1").get(random.nextInt(4));
        };
    }

    private static boolean has(List<?> flags, String flag) {
        return flags.stream().anyMatch(each -> text(each).equals(flag));
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static Map<String, Object> map(Object pairs) {
        List<?> list = list(pairs);
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < list.size(); i += 2) {
            map.put(text(list.get(i)), list.get(i + 1));
        }
        return map;
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }
}
