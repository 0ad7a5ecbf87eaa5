package dev.cachepolicy.agent.policy;

import dev.cachepolicy.pattern.KeyTemplate;
import dev.cachepolicy.pattern.PatternSet;
import dev.cachepolicy.resp.Command;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** All triggers in force, with where they are counted. Immutable but for the counts. */
final class Triggers {

    private final List<Trigger> triggers;
    private final List<LongAdder> counts;
    private final PatternSet patterns;

    /** @param counts of the keys that each has invalidated */
    Triggers(List<Trigger> triggers, List<LongAdder> counts) {
        this.triggers = List.copyOf(triggers);
        this.counts = List.copyOf(counts);
        this.patterns = PatternSet.of(triggers.stream().map(Trigger::onWrite).toList());
    }

    boolean isEmpty() {
        return triggers.isEmpty();
    }

    /** {@return what they make of a command} */
    StaleKeys of(Command command) {
        List<byte[]> written = WrittenKeys.of(command);
        if (written.isEmpty()) {
            return StaleKeys.NONE; // as of every read
        }
        Set<ByteBuffer> stale = new LinkedHashSet<>();
        List<StaleKeys.Counted> counted = new ArrayList<>();
        for (byte[] key : written) {
            for (int index : patterns.matches(key)) {
                Trigger trigger = triggers.get(index);
                Map<String, byte[]> captured = trigger.onWrite().captured(key);
                if (captured == null) {
                    throw new IllegalStateException(trigger.onWrite() + " matches a key and does not");
                }
                counted.add(new StaleKeys.Counted(
                        counts.get(index), trigger.invalidate().size()));
                if (!trigger.dryRun()) {
                    for (KeyTemplate template : trigger.invalidate()) {
                        stale.add(ByteBuffer.wrap(template.fill(captured)));
                    }
                }
            }
        }
        // It was written just now.
        written.forEach(key -> stale.remove(ByteBuffer.wrap(key)));
        return new StaleKeys(stale.stream().map(ByteBuffer::array).toList(), counted);
    }
}
