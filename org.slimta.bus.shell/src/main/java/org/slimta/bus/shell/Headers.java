package org.slimta.bus.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slimta.bus.mail.Contents;

/** Whom a mail is from and to, as its headers have it. */
final class Headers {

    private static final Pattern NO_ADDRESS = Pattern.compile("\"[^\"]*\"|\\([^()]*\\)");
    private static final Pattern ADDRESS = Pattern.compile("<([^<>]*)>|([^\\s<>,;:]+@[^\\s<>,;:]+)");

    private Headers() {}

    /** The return path, which is empty for a bounce, else the author; null if there is neither. */
    static String sender(Contents contents) throws IOException {
        for (String header : List.of("Return-Path", "From")) {
            List<String> found = addresses(contents.headers(header));
            if (!found.isEmpty()) {
                return found.get(0);
            }
        }
        return null;
    }

    /** Everybody it is addressed to, once. */
    static Set<String> recipients(Contents contents) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        for (String header : List.of("Delivered-To", "To", "Cc", "Bcc")) {
            found.addAll(addresses(contents.headers(header)));
        }
        found.remove("");
        return found;
    }

    private static List<String> addresses(List<String> values) {
        List<String> found = new ArrayList<>();
        for (String value : values) {
            Matcher matcher = ADDRESS.matcher(NO_ADDRESS.matcher(value).replaceAll(" "));
            while (matcher.find()) {
                found.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1).strip());
            }
        }
        return found;
    }
}
