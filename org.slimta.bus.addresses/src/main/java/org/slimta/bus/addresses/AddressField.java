package org.slimta.bus.addresses;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/**
 * The value of one header with addresses, parsed by Jakarta Mail: groups, quoted local parts, comments, names. Source:
 * RFC 5322, section 3.4, RFC 6532, and for the length of addresses in an envelope RFC 5321, section 4.5.3.1.3.
 */
final class AddressField {

    /** The maximum length of an address; the 256 characters of a path include its angle brackets. */
    private static final int MAX_ADDRESS_CHARACTERS = 254;

    /**
     * The maximum number of characters that the lenient parser may look at: for each opener possibly the whole text.
     */
    private static final long MAX_LENIENT_CHARACTERS = 1 << 22;

    /**
     * Openers of quotes, comments and so on. The lenient parser looks for the end of each, and then from the next one.
     */
    private static final String OPENERS = "(<[\":";

    private static final char DELETE = 0x7f;

    /** Shown in place of a control character: which one it was is no longer known. */
    private static final char REPLACEMENT = '\ufffd';

    private final String header;
    private final Addresses result;

    AddressField(String header, Addresses result) {
        this.header = header;
        this.result = result;
    }

    void read(String value) {
        String text = withVisibleControls(value);
        for (InternetAddress each : parse(text)) {
            if (each.isGroup()) {
                readGroup(each);
            } else {
                readAddress(each);
            }
        }
    }

    private InternetAddress[] parse(String text) {
        try {
            return InternetAddress.parse(text, false);
        } catch (AddressException e) {
            try {
                long openers = text.chars().filter(c -> OPENERS.indexOf(c) >= 0).count();
                if (text.length() * openers <= MAX_LENIENT_CHARACTERS) {
                    return InternetAddress.parseHeader(text, false);
                }
            } catch (AddressException e2) {
                e.addSuppressed(e2);
            }
            unreadable(text, e.getMessage());
            return new InternetAddress[0];
        }
    }

    private void readGroup(InternetAddress group) {
        try {
            for (InternetAddress member : group.getGroup(false)) {
                readAddress(member);
            }
        } catch (AddressException e) {
            unreadable(group.getAddress(), e.getMessage());
        }
    }

    private void readAddress(InternetAddress parsed) {
        String address = withoutRoute(parsed.getAddress());
        try {
            parsed.validate();
            if (address.length() > MAX_ADDRESS_CHARACTERS) {
                unreadable(address, "longer than " + MAX_ADDRESS_CHARACTERS + " characters");
            } else {
                result.add(address);
            }
        } catch (AddressException e) {
            unreadable(address, e.getMessage());
        }
    }

    private void unreadable(String text, String why) {
        result.addUnreadable(header, text.replace(DELETE, REPLACEMENT), why);
    }

    /** Removes a source route, a list of hosts to go by: {@code @a,@b:c@d} becomes {@code c@d}. */
    private static String withoutRoute(String address) {
        return address.startsWith("@") ? address.substring(address.indexOf(':') + 1) : address;
    }

    /**
     * Replaces control characters by DELETE. Jakarta Mail removes other control characters at the end of an address
     * like blanks, but not this one, and refuses an address that has it. In names and comments it does no harm.
     */
    private static String withVisibleControls(String value) {
        StringBuilder text = new StringBuilder(value);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\t' && (Character.isISOControl(c) || c >= 0xfffe)) {
                text.setCharAt(i, DELETE);
            }
        }
        return text.toString();
    }
}
