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

    private final Path root;

    Maildir(Path root) {
        this.root = root;
    }

    /** In ASCII, so that it is a name of a file whatever the locale. */
    private static String folderName(String recipient) {
        return URLEncoder.encode(recipient, StandardCharsets.UTF_8).replace("%40", "@");
    }

    void deliver(String recipient, String id, Contents contents) throws IOException {
        Path mailbox = root.resolve(folderName(recipient));
        for (String folder : new String[] {"tmp", "new", "cur"}) {
            Files.createDirectories(mailbox.resolve(folder));
        }
        Path written = Files.createTempFile(mailbox.resolve("tmp"), id + ".", "");
        try (InputStream in = contents.open()) {
            Files.copy(in, written, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(written, mailbox.resolve("new").resolve(id), StandardCopyOption.ATOMIC_MOVE);
    }
}
