package org.slimta.bus.demo.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A copy of a message for one mailbox, already written, so that its delivery needs no more disk space.
 *
 * @param written the file that was written
 * @param target the file in the mailbox
 */
record Copy(Path written, Path target) {

    void deliver() throws IOException {
        Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the copy, unless it was delivered. */
    void discard() {
        try {
            Files.deleteIfExists(written);
        } catch (IOException e) {
            System.err.println("The relay could not remove " + written + ": " + e);
        }
    }
}
