package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.ElementListener;
import dev.cachepolicy.resp.ReplyType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands between MULTI and EXEC, in the order in which Redis queued them: EXEC's reply has one element for each,
 * by which reads are counted and follow-ups of writes that were no error become due.
 *
 * <p>Commands go into the transaction as they are. Scripts in their place would set the expiry with the write, but could
 * not keep the promise that replies are Redis's own: Lua's numbers cut integers above 2^53, arity, memory and ACL errors
 * would come at EXEC and not when the command is queued, null arrays and doubles would change type.
 */
final class Transaction implements ElementListener {

    /** What a queued command means once it is carried out. */
    sealed interface Queued {}

    /** A command under a policy. */
    record Governed(
            Observation observation,
            List<FollowUp> followUps,
            @Nullable Fence fence) implements Queued {}

    /** A SELECT. */
    record Selects(int database) implements Queued {}

    private final List<@Nullable Queued> queued = new ArrayList<>();
    private final List<FollowUp> due = new ArrayList<>();
    private final List<@Nullable Fence> nils = new ArrayList<>();

    /** The database that the next command will find selected, if Redis agrees to every SELECT. */
    int database;

    private int selected;

    /** Keys that are stale when EXEC has carried it out. */
    final List<byte[]> stale = new ArrayList<>();

    /** Whether a queued command may have follow-ups. */
    boolean hasFollowUps;

    /** Whether EXEC changes the database. */
    boolean selects;

    /** Whether EXEC gives the connection a state that cannot be told to another. */
    boolean pins;

    /** Whether EXEC's reply cannot be framed, because a SUBSCRIBE in it answers more than once. */
    boolean streams;

    /** Whether Redis may take its time for EXEC. */
    boolean slow;

    Transaction(int database) {
        this.database = database;
        this.selected = database;
    }

    /** Redis has queued a command. */
    void add(@Nullable Queued command) {
        queued.add(command);
    }

    @Override
    public void element(int index, ReplyType type, long length) {
        switch (index < queued.size() ? queued.get(index) : null) {
            case Governed(Observation observation, List<FollowUp> followUps, Fence fence) -> {
                observation.repliedInTransaction(type, length);
                if (length < 0 || fence instanceof Fence.ReadAll) {
                    nils.add(fence);
                }
                if (!type.isError()) {
                    due.addAll(followUps);
                }
            }
            case Selects(int newDatabase) -> selected = type.isError() ? selected : newDatabase;
            case null -> {}
        }
    }

    /** {@return the database that EXEC has left selected} */
    int selected() {
        return selected;
    }

    /** {@return the reads that got a nil, or may have} */
    List<@Nullable Fence> nils() {
        return nils;
    }

    /** {@return the follow-ups of the writes that EXEC carried out} */
    List<FollowUp> due() {
        return due;
    }
}
