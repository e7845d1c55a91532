package org.slimta.bus.demo.edge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slimta.bus.addresses.Addresses;
import org.slimta.bus.addresses.HeaderAddresses;
import org.slimta.bus.addresses.VisibleText;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.mail.Contents;

/**
 * Finds mail in a folder of {@code .eml} files or Maildirs, in an mbox, or in a file with one mail. A file that cannot
 * be read does not affect the others. If there is no mail, the message of the exception says what to give.
 */
public final class MailSource {

    private static final String EXPECTED = "give a folder of .eml files or Maildirs, an mbox, or a mail";
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int MAX_NAME_BYTES = 1000;

    private final List<Mail> mails = new ArrayList<>();
    private final LeftOut leftOut = new LeftOut();

    private MailSource() {}

    /**
     * Reads mails.
     *
     * @param path a folder, an mbox or a mail
     * @return the mails
     * @throws IOException if there is no mail
     */
    public static MailSource read(Path path) throws IOException {
        MailSource source = new MailSource();
        if (Files.isDirectory(path)) {
            source.readFolder(path);
        } else if (!Files.exists(path)) {
            throw new IOException(path + " does not exist; " + EXPECTED);
        } else if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new IOException(path + " cannot be read; " + EXPECTED);
        } else {
            source.readFile(path);
        }
        return source;
    }

    /** {@return the mails, at least one} */
    public List<Mail> mails() {
        return mails;
    }

    /** A line for each file or text that is not sent. */
    /** {@return what could not be read, a line each} */
    public List<String> leftOut() {
        return leftOut.lines();
    }

    private void readFolder(Path folder) throws IOException {
        for (Path file : MailFolder.read(folder, leftOut)) {
            String name = folder.relativize(file).toString();
            try {
                add(name, ordinaryMail(name, file));
            } catch (IOException e) {
                leftOut.add(name, MailFolder.why(e));
            }
        }
        if (mails.isEmpty()) {
            throw new IOException(folder + " has no readable .eml files and no Maildir; "
                    + (leftOut.lines().isEmpty() ? EXPECTED : "left out: " + String.join("; ", leftOut.lines())));
        }
    }

    private void readFile(Path file) throws IOException {
        String name = file.getFileName().toString();
        Mbox mbox = Mbox.read(file);
        if (mbox == null) {
            if (!startsWithHeader(file)) {
                throw new IOException(file + " is neither an mbox nor a mail: its first line is neither a header nor"
                        + " 'From ', an address and a date; " + EXPECTED);
            }
            add(name, ordinaryMail(name, file));
            return;
        }
        if (mbox.before() > 0) {
            leftOut.add(name, "a byte order mark or empty lines before the first message (" + mbox.before() + " B)");
        }
        int number = 0;
        for (Attachment message : mbox.messages()) {
            number++;
            String numbered = name + "#" + number;
            try {
                add(numbered, Contents.of(message));
            } catch (IOException e) {
                leftOut.add(numbered, MailFolder.why(e));
            }
        }
        if (mails.isEmpty()) {
            throw new IOException(file + " has no readable message: " + String.join("; ", leftOut.lines()));
        }
    }

    /**
     * Skips a byte order mark, which would hide the first header, and a From line, which some programs leave in front.
     */
    private Contents ordinaryMail(String name, Path file) throws IOException {
        byte[] start = start(file, BYTE_ORDER_MARK.length + FromLine.MAX_BYTES + 1);
        int skipped = 0;
        if (start.length >= BYTE_ORDER_MARK.length
                && Arrays.equals(Arrays.copyOf(start, BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
            leftOut.add(name, "the byte order mark at the start");
            skipped = BYTE_ORDER_MARK.length;
        }
        if (FromLine.startsWithFromLine(start, skipped, start.length)) {
            while (skipped < start.length && start[skipped] != '\n') {
                skipped++;
            }
            skipped = Math.min(skipped + 1, start.length);
        }
        return skipped == 0 ? Contents.of(file) : Contents.of(new FileSlice(file, skipped, Files.size(file) - skipped));
    }

    private static boolean startsWithHeader(Path file) throws IOException {
        byte[] start = start(file, BYTE_ORDER_MARK.length + MAX_NAME_BYTES);
        int at = start.length >= BYTE_ORDER_MARK.length
                        && Arrays.equals(Arrays.copyOf(start, BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)
                ? BYTE_ORDER_MARK.length
                : 0;
        int colon = at;
        while (colon < start.length && start[colon] > ' ' && start[colon] < 0x7f && start[colon] != ':') {
            colon++;
        }
        int end = colon;
        while (end < start.length && (start[end] == ' ' || start[end] == '\t')) {
            end++;
        }
        return colon > at && end < start.length && start[end] == ':';
    }

    private static byte[] start(Path file, int count) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(count);
        }
    }

    private void add(String name, Contents contents) throws IOException {
        Addresses sender = HeaderAddresses.sender(contents);
        Addresses recipients = HeaderAddresses.recipients(contents);
        if (sender.hasUnreadable()) {
            leftOut.add(name, "invalid sender: " + sender.unreadable());
        }
        if (recipients.hasUnreadable()) {
            leftOut.add(name, "invalid recipient: " + recipients.unreadable());
        }
        String from = sender.found().stream().findFirst().orElse("");
        mails.add(new Mail(VisibleText.of(name), from, List.copyOf(recipients.found()), contents));
    }
}
