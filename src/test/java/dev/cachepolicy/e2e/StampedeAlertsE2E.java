package dev.cachepolicy.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The alerts about loads, raised by applications that do what their runbooks warn of. */
class StampedeAlertsE2E {

    private static final Map<String, String> LISTINGS =
            Map.of("namespace", Shop.NAMESPACE, "policy", "product-listings");

    private static final Platform PLATFORM = Platform.shared();

    @Test
    void readersWaitForAsLongAsTheSourceIsSlow() {
        inTheApplication("readers-waiting.mjs"); // until its source is quick again, which is the remedy

        PLATFORM.prometheus().firesAndResolves("CachePolicyReadersWaiting", LISTINGS, () -> {});
    }

    @Test
    void valuesAreNotStoredUntilTheApplicationNoLongerUpdatesBySet() {
        inTheApplication("values-not-stored.mjs", "400", "3");

        PLATFORM.prometheus()
                .firesAndResolves(
                        "CachePolicyValuesNotStored",
                        LISTINGS,
                        () -> inTheApplication("values-not-stored.mjs", "3000", "0"));
    }

    /** Runs a program in a pod of the application, so that its commands pass the agent there. */
    private static void inTheApplication(String program, String... arguments) {
        List<String> call = new ArrayList<>(
                List.of("exec", "-i", "deployment/load", "--container=load", "--", "node", "--input-type=module", "-"));
        call.addAll(List.of(arguments));
        PLATFORM.shop().kubectl().runWith(text(program), call.toArray(String[]::new));
    }

    private static String text(String program) {
        try {
            return Files.readString(Shop.RESOURCES.resolve(program));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
