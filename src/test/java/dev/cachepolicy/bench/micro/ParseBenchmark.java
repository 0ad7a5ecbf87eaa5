package dev.cachepolicy.bench.micro;

import dev.cachepolicy.resp.ProtocolViolation;
import dev.cachepolicy.resp.ReplyFramer;
import dev.cachepolicy.resp.RequestLimits;
import dev.cachepolicy.resp.RequestReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading requests and framing replies, {@value #PIPELINE} in a buffer, as they come from a client that pipelines. */
@State(Scope.Thread)
public class ParseBenchmark {

    private static final int PIPELINE = 16;
    private static final String VALUE = "$256\r\n" + "x".repeat(256) + "\r\n";

    private final RequestReader reader = new RequestReader(new RequestLimits(1 << 20, 1000, 1 << 16, 1 << 21));
    private final ReplyFramer framer = new ReplyFramer(16);
    private final ByteBuf gets = pipeline("*2\r\n$3\r\nGET\r\n$17\r\nuser:000000004242\r\n");
    private final ByteBuf sets = pipeline("*3\r\n$3\r\nSET\r\n$17\r\nuser:000000004242\r\n" + VALUE);
    private final ByteBuf values = pipeline(VALUE);

    private static ByteBuf pipeline(String one) {
        byte[] bytes = one.repeat(PIPELINE).getBytes(StandardCharsets.US_ASCII);
        return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }

    /** {@return a sum that depends on every command} */
    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public int readGet() throws ProtocolViolation {
        return read(gets);
    }

    /** {@return a sum that depends on every command} */
    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public int readSet() throws ProtocolViolation {
        return read(sets);
    }

    private int read(ByteBuf in) throws ProtocolViolation {
        in.readerIndex(0);
        int arguments = 0;
        for (var command = reader.next(in); command != null; command = reader.next(in)) {
            arguments += command.count();
        }
        return arguments;
    }

    /** {@return a sum that depends on every reply} */
    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public long frameReply() throws ProtocolViolation {
        int end = values.writerIndex();
        long bytes = 0;
        for (int at = 0; at < end; at = framer.advance(values, at, end)) {
            bytes += framer.length();
        }
        return bytes;
    }
}
