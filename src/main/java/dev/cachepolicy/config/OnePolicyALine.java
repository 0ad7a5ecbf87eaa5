package dev.cachepolicy.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.Instantiatable;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;

/**
 * JSON with a line for each field of the file and each policy, so that people can read it and a difference of two files
 * shows the policies that changed.
 */
final class OnePolicyALine extends MinimalPrettyPrinter implements Instantiatable<OnePolicyALine> {

    private static final long serialVersionUID = 1;

    /** Fields of the file stand at the first level, policies at the second; what lies deeper stays on their line. */
    private static final int FIELDS = 1;

    private static final int POLICIES = 2;

    private int level;

    @Override
    public OnePolicyALine createInstance() {
        return new OnePolicyALine();
    }

    @Override
    public void writeStartObject(JsonGenerator json) throws IOException {
        super.writeStartObject(json);
        level++;
    }

    @Override
    public void beforeObjectEntries(JsonGenerator json) throws IOException {
        breakLine(json, FIELDS);
    }

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator json) throws IOException {
        json.writeRaw(": ");
    }

    @Override
    public void writeObjectEntrySeparator(JsonGenerator json) throws IOException {
        separate(json, FIELDS);
    }

    @Override
    public void writeEndObject(JsonGenerator json, int fields) throws IOException {
        end(json, fields, FIELDS);
        super.writeEndObject(json, fields);
    }

    @Override
    public void writeStartArray(JsonGenerator json) throws IOException {
        super.writeStartArray(json);
        level++;
    }

    @Override
    public void beforeArrayValues(JsonGenerator json) throws IOException {
        breakLine(json, POLICIES);
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
        separate(json, POLICIES);
    }

    @Override
    public void writeEndArray(JsonGenerator json, int elements) throws IOException {
        end(json, elements, POLICIES);
        super.writeEndArray(json, elements);
    }

    private void separate(JsonGenerator json, int deepest) throws IOException {
        json.writeRaw(',');
        if (level > deepest) {
            json.writeRaw(' ');
        }
        breakLine(json, deepest);
    }

    private void end(JsonGenerator json, int entries, int deepest) throws IOException {
        level--;
        if (entries > 0) {
            breakLine(json, deepest - 1);
        }
    }

    private void breakLine(JsonGenerator json, int deepest) throws IOException {
        if (level <= deepest) {
            json.writeRaw('\n');
            json.writeRaw("  ".repeat(level));
        }
    }
}
