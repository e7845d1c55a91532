package org.slimta.bus.impl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** Keeps what is logged while it is open: simple SLF4J writes to the standard error of the moment. */
public final class CapturedLog implements AutoCloseable {

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    public CapturedLog() {
        System.setErr(new PrintStream(lines, true, UTF_8));
    }

    public String text() {
        return lines.toString(UTF_8);
    }

    /** Waits until something is logged. */
    public void await(String expected) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!text().contains(expected)) {
            if (System.nanoTime() > deadline) {
                fail("not logged: " + expected + "\nbut:\n" + text());
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
