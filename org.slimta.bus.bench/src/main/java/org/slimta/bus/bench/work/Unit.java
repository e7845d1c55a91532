package org.slimta.bus.bench.work;

/**
 * In what the figure of a work is told.
 *
 * @param title what stands over the column
 * @param perTransaction how many of them one transaction is
 * @param format how a figure is written
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
