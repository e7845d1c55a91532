package org.slimta.bus.impl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.slimta.bus.impl.fixture.Await;

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
        try {
            Await.until("it is logged: " + expected, () -> text().contains(expected));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nbut:\n" + text(), e);
        }
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
