package org.slimta.bus.demo.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A copy of a message for one mailbox. It takes up no more room when it is delivered.
 *
 * @param written where it was written
 * @param place where it belongs
 */
record Copy(Path written, Path place) {

    void deliver() throws IOException {
        Files.move(written, place, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes it, unless it was delivered. */
    void discard() {
        try {
            Files.deleteIfExists(written);
        } catch (IOException e) {
            System.err.println("The relay could not remove " + written + ": " + e);
        }
    }
}
