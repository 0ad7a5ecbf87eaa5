package dev.cachepolicy.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.jse.JseBaseLib;

/**
 * The health checks of {@code argocd-cm.yaml}, run as Argo CD runs them: the object is the global {@code obj}, and of
 * Lua's libraries only base, package and table are there (Argo CD has a piece of os besides).
 */
final class ArgoHealth {

    static final Path SETTINGS = Path.of("examples", "gitops", "argocd", "argocd-cm.yaml");

    /** The words that Argo CD takes; another one it shows as Unknown. */
    private static final Set<String> WORDS =
            Set.of("Healthy", "Suspended", "Degraded", "Progressing", "Missing", "Unknown");

    private static final ObjectMapper YAML = new YAMLMapper();

    private final JsonNode settings;

    private ArgoHealth(JsonNode settings) {
        this.settings = settings;
    }

    static ArgoHealth load() throws IOException {
        return new ArgoHealth(YAML.readTree(SETTINGS.toFile()).path("data"));
    }

    /** What Argo CD shows of an object. */
    record Health(String status, String message) {}

    /** {@return the health of an object, by the check for its group and kind} */
    Health of(JsonNode object) {
        String group = object.path("apiVersion").asText().replaceFirst("/.*", "");
        String key = "resource.customizations.health." + group + "_"
                + object.path("kind").asText();
        LuaValue result = run(settings.required(key).asText(), object);
        Health health = new Health(
                result.get("status").checkjstring(), result.get("message").optjstring(""));
        if (!WORDS.contains(health.status())) {
            throw new IllegalStateException(key + " says " + health.status() + ", which Argo CD does not know");
        }
        return health;
    }

    private static LuaValue run(String script, JsonNode object) {
        Globals globals = new Globals();
        globals.load(new JseBaseLib());
        globals.load(new PackageLib());
        globals.load(new TableLib());
        LoadState.install(globals);
        LuaC.install(globals);
        globals.set("obj", value(object));
        return globals.load(script, "health").call();
    }

    private static LuaValue value(JsonNode node) {
        if (node.isObject()) {
            LuaTable table = new LuaTable();
            node.properties().forEach(field -> table.set(field.getKey(), value(field.getValue())));
            return table;
        }
        if (node.isArray()) {
            LuaTable table = new LuaTable();
            for (int i = 0; i < node.size(); i++) {
                table.set(i + 1, value(node.get(i)));
            }
            return table;
        }
        if (node.isBoolean()) {
            return LuaValue.valueOf(node.asBoolean());
        }
        if (node.isNumber()) {
            return LuaValue.valueOf(node.asDouble());
        }
        return node.isNull() ? LuaValue.NIL : LuaValue.valueOf(node.asText());
    }
}
