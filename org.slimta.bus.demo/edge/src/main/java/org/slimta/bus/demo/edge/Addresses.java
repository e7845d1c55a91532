package org.slimta.bus.demo.edge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slimta.bus.mail.Contents;

/** Makes an envelope of the headers, since a file has no other. */
final class Addresses {

    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>,;:\"()]+@[^\\s<>,;:\"()]+");
    private static final List<String> RECIPIENT_HEADERS = List.of("Delivered-To", "To", "Cc", "Bcc");

    private Addresses() {}

    /** The return path, which is empty for a bounce; else whom it is from. */
    static String sender(Contents contents) throws IOException {
        String returnPath = contents.header("Return-Path");
        List<String> found = addresses(returnPath == null ? contents.header("From") : returnPath);
        return found.isEmpty() ? "" : found.get(0);
    }

    static List<String> recipients(Contents contents) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        for (String header : RECIPIENT_HEADERS) {
            for (String value : contents.headers(header)) {
                found.addAll(addresses(value));
            }
        }
        return List.copyOf(found);
    }

    private static List<String> addresses(String header) {
        List<String> found = new ArrayList<>();
        if (header != null) {
            Matcher matcher = ADDRESS.matcher(header);
            while (matcher.find()) {
                found.add(matcher.group());
            }
        }
        return found;
    }
}
