package org.slimta.bus.addresses;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slimta.bus.mail.Contents;

/** The sender and the recipients of a mail without an envelope, by its headers. The cost is linear in their size. */
public final class HeaderAddresses {

    private static final String RETURN_PATH = "Return-Path";
    private static final String DELIVERED_TO = "Delivered-To";
    private static final List<String> RECIPIENTS = List.of("To", "Cc", "Bcc");

    /** The prefix that ezmlm, a mailing list manager, writes before the address. */
    private static final Pattern LIST =
            Pattern.compile("\\s*(?:mailing list|moderator for)\\s", Pattern.CASE_INSENSITIVE);

    private HeaderAddresses() {}

    /**
     * Reads the sender: the return path, which is empty for a bounce; or if there is no valid one, the header From.
     *
     * @param contents the mail, not null
     * @return the addresses, never null; the sender is the first one, if there is any
     * @throws IOException if the headers cannot be read
     */
    public static Addresses sender(Contents contents) throws IOException {
        Addresses addresses = new Addresses();
        String path = contents.header(RETURN_PATH);
        if (path != null && isEmptyPath(path)) {
            addresses.add("");
        } else if (path != null) {
            new AddressField(RETURN_PATH, addresses).read(path);
        }
        if (addresses.found().isEmpty()) {
            read("From", contents, addresses);
        }
        return addresses;
    }

    /**
     * Reads the recipients: the headers Delivered-To, To, Cc and Bcc.
     *
     * @param contents the mail, not null
     * @return the recipients, never null; there may be none
     * @throws IOException if the headers cannot be read
     */
    public static Addresses recipients(Contents contents) throws IOException {
        Addresses addresses = new Addresses();
        AddressField delivered = new AddressField(DELIVERED_TO, addresses);
        for (String value : contents.headers(DELIVERED_TO)) {
            Matcher list = LIST.matcher(value);
            delivered.read(list.lookingAt() ? value.substring(list.end()) : value);
        }
        for (String header : RECIPIENTS) {
            read(header, contents, addresses);
        }
        return addresses;
    }

    private static void read(String header, Contents contents, Addresses result) throws IOException {
        AddressField field = new AddressField(header, result);
        for (String value : contents.headers(header)) {
            field.read(value);
        }
    }

    private static boolean isEmptyPath(String path) {
        return path.startsWith("<")
                && path.endsWith(">")
                && path.substring(1, path.length() - 1).isBlank();
    }
}
