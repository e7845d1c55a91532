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
 * A Maildir for each recipient below one folder. A message is written to {@code tmp} and then moved to {@code new}, under the
 * id of its queue: delivered twice, it is there once.
 */
final class Maildir {

    /** Of the name of a file, where most file systems end. */
    private static final int LONGEST_NAME = 255;

    private final Path root;

    Maildir(Path root) {
        this.root = root;
    }

    /** In ASCII, so that it is a name of a file whatever the locale. */
    private static String folderName(String recipient) {
        return URLEncoder.encode(recipient, StandardCharsets.UTF_8).replace("%40", "@");
    }

    /** Whether there can be a mailbox of that name. */
    static boolean canHold(String recipient) {
        return folderName(recipient).length() <= LONGEST_NAME;
    }

    /** Writes a copy, which is not delivered yet. If it cannot be written, nothing of it is left. */
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
