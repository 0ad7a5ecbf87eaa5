package dev.cachepolicy.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts of memory as Kubernetes writes them. */
public final class Quantities {

    static final String RULE =
            "type(self) == int ? self > 0 : (isQuantity(self) && quantity(self).isGreaterThan(quantity('0')))";
    static final String MESSAGE = "an amount of memory above zero, for example 512Mi or 2Gi";

    private Quantities() {}

    /**
     * {@return the amount in bytes, fractions rounded up}
     *
     * @throws IllegalArgumentException if this is not a quantity, or not below 2^63
     */
    public static long bytes(Quantity quantity) {
        try {
            return Quantity.getAmountInBytes(quantity)
                    .setScale(0, RoundingMode.CEILING)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(quantity + " is more than any Redis can hold", e);
        }
    }

    /** {@return the amount in the largest binary unit that writes it without a fraction, such as 512Mi} */
    public static String text(long bytes) {
        String[] units = {"", "Ki", "Mi", "Gi", "Ti"};
        int unit = 0;
        long amount = bytes;
        while (amount != 0 && amount % 1024 == 0 && unit < units.length - 1) {
            amount /= 1024;
            unit++;
        }
        return BigDecimal.valueOf(amount).toPlainString() + units[unit];
    }
}
