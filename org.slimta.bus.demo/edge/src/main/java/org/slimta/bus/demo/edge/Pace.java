package org.slimta.bus.demo.edge;

import java.util.concurrent.TimeUnit;

/** The pause before each mail: none, or one that leaves time to watch. Not thread-safe. */
final class Pace {

    private static final double MEAN_PAUSE_MILLIS = 250;
    private static final double SWING = 0.8;
    private static final double MAILS_A_WAVE = 120;

    private final boolean watched;
    private int sent;

    Pace(boolean watched) {
        this.watched = watched;
    }

    /** Waits until the next mail is due. Their rate rises and falls, so that a chart of it has something to show. */
    void awaitNext() throws InterruptedException {
        if (watched) {
            double wave = Math.sin(2 * Math.PI * sent++ / MAILS_A_WAVE);
            TimeUnit.MILLISECONDS.sleep(Math.round(MEAN_PAUSE_MILLIS * (1 - SWING * wave)));
        }
    }
}
