package org.slimta.bus.demo.edge;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.slimta.bus.mail.Contents;

/** Checks that the Maildirs contain a mail exactly as it was sent, except for the header that was put in front. */
public final class Delivered {

    private static final int BLOCK_BYTES = 1 << 16;

    private final Path maildir;

    /**
     * The Maildirs below a folder.
     *
     * @param maildir the folder
     */
    public Delivered(Path maildir) {
        this.maildir = maildir;
    }

    boolean isIdentical(Outcome outcome) throws IOException {
        for (String recipient : outcome.mail().recipients()) {
            Path file = file(recipient, outcome);
            if (!Files.exists(file) || !isIdentical(file, outcome.mail().contents())) {
                return false;
            }
        }
        return true;
    }

    boolean isAbsent(Outcome outcome) {
        return outcome.mail().recipients().stream().noneMatch(recipient -> Files.exists(file(recipient, outcome)));
    }

    private Path file(String recipient, Outcome outcome) {
        String folder = URLEncoder.encode(recipient, StandardCharsets.UTF_8).replace("%40", "@");
        return maildir.resolve(folder).resolve("new").resolve(outcome.id());
    }

    private static boolean isIdentical(Path file, Contents sent) throws IOException {
        long front = Files.size(file) - sent.size();
        if (front <= 0 || front > BLOCK_BYTES) {
            return false;
        }
        try (InputStream delivered = new BufferedInputStream(Files.newInputStream(file), BLOCK_BYTES);
                InputStream expected = new BufferedInputStream(sent.open(), BLOCK_BYTES)) {
            String header = new String(delivered.readNBytes((int) front), StandardCharsets.UTF_8);
            if (!header.startsWith("Received: from ") || !header.endsWith("\n")) {
                return false;
            }
            while (true) {
                byte[] one = delivered.readNBytes(BLOCK_BYTES);
                byte[] other = expected.readNBytes(BLOCK_BYTES);
                if (!Arrays.equals(one, other)) {
                    return false;
                }
                if (one.length == 0) {
                    return true;
                }
            }
        }
    }
}
