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

/** Looks into the Maildirs whether a mail is there as it was sent, but for the header that was put in front. */
final class Delivered {

    private static final int BLOCK = 1 << 16;

    private final Path maildir;

    Delivered(Path maildir) {
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
        return outcome.mail().recipients().stream()
                .noneMatch(recipient -> Files.exists(file(recipient, outcome)));
    }

    private Path file(String recipient, Outcome outcome) {
        String folder = URLEncoder.encode(recipient, StandardCharsets.UTF_8).replace("%40", "@");
        return maildir.resolve(folder).resolve("new").resolve(outcome.id());
    }

    private static boolean isIdentical(Path file, Contents sent) throws IOException {
        long front = Files.size(file) - sent.size();
        if (front <= 0 || front > BLOCK) {
            return false;
        }
        try (InputStream there = new BufferedInputStream(Files.newInputStream(file), BLOCK);
                InputStream expected = new BufferedInputStream(sent.open(), BLOCK)) {
            String header = new String(there.readNBytes((int) front), StandardCharsets.UTF_8);
            if (!header.startsWith("Received: from ") || !header.endsWith("\n")) {
                return false;
            }
            while (true) {
                byte[] one = there.readNBytes(BLOCK);
                byte[] other = expected.readNBytes(BLOCK);
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
