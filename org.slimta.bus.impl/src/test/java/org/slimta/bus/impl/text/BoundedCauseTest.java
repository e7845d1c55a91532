package org.slimta.bus.impl.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BoundedCauseTest {

    private static int lengthOfLog(Throwable thrown) {
        StringWriter log = new StringWriter();
        thrown.printStackTrace(new PrintWriter(log));
        return log.toString().length();
    }

    @Test
    void aShortExceptionIsNotCopied() {
        Exception thrown = new IllegalStateException("short", new NumberFormatException("For input string: \"x\""));
        thrown.addSuppressed(new Exception());
        assertSame(thrown, BoundedCause.of(thrown));
    }

    @Test
    void aLongMessageIsCutAndTheStackTraceStays() {
        NumberFormatException thrown = new NumberFormatException("For input string: \"" + "9".repeat(1_000_000) + "\"");
        Throwable bounded = BoundedCause.of(thrown);
        assertTrue(
                bounded.toString().startsWith("java.lang.NumberFormatException: For input string: \"999"),
                bounded.toString());
        assertTrue(bounded.getMessage().length() < 600);
        assertArrayEquals(thrown.getStackTrace(), bounded.getStackTrace());
        assertTrue(lengthOfLog(bounded) < 50_000);
    }

    @Test
    void aLineEndInAMessageCannotForgeALogLine() {
        Throwable bounded = BoundedCause.of(new IllegalArgumentException("x\n2026-11-26 ERROR all is lost"));
        assertEquals("x\\n2026-11-26 ERROR all is lost", bounded.getMessage());
    }

    @Test
    void longMessagesOfCausesAndSuppressedExceptionsAreCut() {
        String text = "A".repeat(1_000_000);
        Exception suppressing = new Exception("short");
        suppressing.addSuppressed(new Exception(text));
        assertTrue(lengthOfLog(BoundedCause.of(suppressing)) < 50_000);
        Throwable bounded =
                BoundedCause.of(new IllegalStateException(new RuntimeException("short", new Exception(text))));
        assertEquals("short", bounded.getCause().getMessage());
        assertTrue(lengthOfLog(bounded) < 50_000);
    }

    @Test
    void aLongToStringIsCutToo() {
        Throwable bounded = BoundedCause.of(new Exception("short") {
            private static final long serialVersionUID = 1L;

            @Override
            public String toString() {
                return "A".repeat(1_000_000);
            }
        });
        assertTrue(lengthOfLog(bounded) < 50_000);
    }

    @Test
    void aCyclicChainOfCausesIsCutOff() {
        Exception first = new Exception("first");
        Exception second = new Exception("second", first);
        first.initCause(second);
        Throwable last = BoundedCause.of(first);
        int count = 0;
        for (; last != null; last = last.getCause()) {
            count++;
        }
        assertEquals(16, count);
    }

    @Test
    void anExceptionWhoseMessageThrowsIsBoundedToo() {
        Throwable bounded = BoundedCause.of(new Exception() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("no message");
            }
        });
        assertTrue(bounded.getMessage().contains("java.lang.IllegalStateException"), bounded.getMessage());
        assertNull(bounded.getCause());
    }
}
