package dev.cachepolicy.bench;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** What only the kernel can be asked. */
final class Kernel {

    private static final int PR_SET_TIMERSLACK = 29;

    private Kernel() {}

    /** Makes the calling thread wake when it asked to, and not up to 50 microseconds later: the kernel's timer slack. */
    static void wakeOnTime() {
        Linker linker = Linker.nativeLinker();
        MethodHandle prctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("prctl"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try {
            int refused = (int) prctl.invokeExact(PR_SET_TIMERSLACK, 1L);
            if (refused != 0) {
                throw new IllegalStateException("prctl(PR_SET_TIMERSLACK) failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
