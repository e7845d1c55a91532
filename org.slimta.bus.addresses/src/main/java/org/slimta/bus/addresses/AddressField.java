package org.slimta.bus.addresses;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/**
 * The value of one header that holds addresses. Jakarta Mail reads it: groups, quoted local parts, comments, names. Source: RFC
 * 5322, section 3.4, RFC 6532, and for what an envelope takes RFC 5321, section 4.5.3.1.3.
 */
final class AddressField {

    /** Of an address; the 256 of a path are with its angle brackets. */
    private static final int LONGEST_ADDRESS = 254;

    /** How many characters the lenient parser may look at: for each of the openers perhaps all of them. */
    private static final long LENIENT_COST = 1 << 22;

    /** What is to be closed. The lenient parser looks for the end of each, and if it is never closed again from the next. */
    private static final String OPENERS = "(<[\":";

    private static final char DELETE = 0x7f;

    /** Stands for any of them where it is told: it is not known any more which it was. */
    private static final char REPLACEMENT = '\ufffd';

    private final String header;
    private final Addresses into;

    AddressField(String header, Addresses into) {
        this.header = header;
        this.into = into;
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
                if (text.length() * text.chars().filter(c -> OPENERS.indexOf(c) >= 0).count() <= LENIENT_COST) {
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

    private void readAddress(InternetAddress read) {
        String address = withoutRoute(read.getAddress());
        try {
            read.validate();
            if (address.length() > LONGEST_ADDRESS) {
                unreadable(address, "longer than " + LONGEST_ADDRESS + " characters");
            } else {
                into.add(address);
            }
        } catch (AddressException e) {
            unreadable(address, e.getMessage());
        }
    }

    private void unreadable(String text, String why) {
        into.addUnreadable(header, text.replace(DELETE, REPLACEMENT), why);
    }

    /** Without the hosts that it should once have gone by: {@code @a,@b:c@d} is {@code c@d}. */
    private static String withoutRoute(String address) {
        return address.startsWith("@") ? address.substring(address.indexOf(':') + 1) : address;
    }

    /**
     * Jakarta Mail takes off control characters at the end of an address as if they were blanks, but never this one, and an
     * address that has it is refused. In names and comments it does no harm.
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
