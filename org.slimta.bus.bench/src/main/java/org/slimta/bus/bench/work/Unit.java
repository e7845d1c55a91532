package org.slimta.bus.bench.work;

/**
 * The unit of the rate of a work.
 *
 * @param title the title of the column
 * @param perTransaction the number of units of one transaction
 * @param format the format of a figure
 */
public record Unit(String title, double perTransaction, String format) {

    /** Transactions a second. */
    static final Unit TRANSACTIONS = new Unit("transactions/s", 1, "%,.0f");

    static Unit requests(Payload payload) {
        return new Unit("requests/s", payload.items(), "%,.0f");
    }

    static Unit gigabytes(Payload payload) {
        return new Unit("GB/s", payload.requestSize() / 1e9, "%.3f");
    }
}
