package org.slimta.bus.demo.relay;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slimta.bus.mail.Contents;

/**
 * A Maildir for each recipient below one folder. A message is written to {@code tmp} and then moved to {@code new},
 * with the id of its queue as its name: a message that is delivered twice is there only once.
 */
final class Maildir {

    /** The maximum length of a file name on most file systems. */
    private static final int MAX_NAME_CHARACTERS = 255;

    private final Path root;

    Maildir(Path root) {
        this.root = root;
    }

    /** A name in ASCII, which is valid in every locale. */
    private static String folderName(String recipient) {
        return URLEncoder.encode(recipient, StandardCharsets.UTF_8).replace("%40", "@");
    }

    /** Whether a mailbox with that name is possible. */
    static boolean canHold(String recipient) {
        return folderName(recipient).length() <= MAX_NAME_CHARACTERS;
    }

    /** Writes a copy, which is not delivered yet. If it cannot be written completely, it is removed. */
    Copy write(String recipient, String id, Contents contents) throws IOException {
        Path mailbox = root.resolve(folderName(recipient));
        for (String folder : new String[] {"tmp", "new", "cur"}) {
            Files.createDirectories(mailbox.resolve(folder));
        }
        Copy copy = new Copy(
                Files.createTempFile(mailbox.resolve("tmp"), id + ".", ""),
                mailbox.resolve("new").resolve(id));
        try (InputStream in = contents.open()) {
            Files.copy(in, copy.written(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            copy.discard();
            throw e;
        }
        return copy;
    }
}
