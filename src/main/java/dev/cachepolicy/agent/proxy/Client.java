package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.CommandSpec.Absent;
import dev.cachepolicy.resp.ReplyWriter;

/** Where a client's connection stands; what its commands and its replies change, and both go by. */
final class Client {

    /** Whether Redis answers, as CLIENT REPLY has it. */
    enum Replies {
        On,
        Off,
        /** Not the next command. */
        SkipNext
    }

    final ClientOutput out;
    Session session = Session.INITIAL;
    ClientState state = new ClientState.Plain();
    Subscriptions subscriptions = Subscriptions.NONE;
    Replies replies = Replies.On;

    /** When the bytes that its next commands are read from came, in {@link System#nanoTime}. */
    long arrival;

    /** Replies that are due. */
    int due;

    /** Reads whose nil is not given yet, because another may load the value. */
    int held;

    /** Whether a long reply was too much for it once, so that it must not share a connection again. */
    boolean alone;

    /** Changes of the session that Redis has not agreed to yet. */
    int settling;

    /** Commands whose follow-ups wait for their reply. */
    int followUpsDue;

    /** Whether a command without a reply went to its own connection, so that nothing says when it was carried out. */
    boolean unanswered;

    /** Whether it has sent all, and Redis was told so where replies are due that may never come. */
    boolean finishing;

    /** Whether its connection is closed. */
    boolean gone;

    /** Whether a reply is due, or given, behind which the connection ends. */
    boolean ending;

    Client(ClientOutput out) {
        this.out = out;
    }

    /** {@return whether something that it asked for is not answered} */
    boolean awaits() {
        return due > 0 || held > 0;
    }

    /** {@return the database in which the next command will run} */
    int database() {
        return state instanceof ClientState.InTransaction(Transaction transaction)
                ? transaction.database
                : session.database();
    }

    /** {@return whether another upstream connection can take the place of a lost one} */
    boolean canMove() {
        return isPlain() && !ending;
    }

    /** {@return whether its commands may go among those of others} */
    boolean canShare() {
        return isPlain() && session.database() == 0 && !alone;
    }

    private boolean isPlain() {
        return state instanceof ClientState.Plain && !subscriptions.any() && !session.pinned() && replies == Replies.On;
    }

    /** {@return whether Redis answers the command that is sent now} */
    boolean takesReply() {
        boolean takes = replies == Replies.On;
        unanswered |= !takes;
        if (replies == Replies.SkipNext) {
            replies = Replies.On;
        }
        return takes;
    }

    /** Writes that a read found nothing. */
    void giveNil() {
        ReplyWriter.absent(out.room(0), Absent.Nil, 1, session.resp3());
    }

    /** RESET was carried out. */
    void reset() {
        session = Session.INITIAL;
        state = new ClientState.Plain();
        subscriptions = Subscriptions.NONE;
    }
}
