package org.slimta.bus.impl;

import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/**
 * A codec for strings: {@code <text>...</text>}. It fails to write {@link #UNWRITABLE} and to read {@link #UNREADABLE}, and
 * fails badly with {@link #BREAKING}.
 */
public final class TextCodec implements XmlCodec<String> {

    public static final String UNWRITABLE = "cannot be written";
    public static final String UNREADABLE = "cannot be read";
    public static final String BREAKING = "breaks whoever reads it";
    public static final String BREAKING_WRITER = "breaks whoever writes it";

    @Override
    public Class<String> type() {
        return String.class;
    }

    @Override
    public void toXml(String value, XmlWriter xml, Attachments attachments) {
        if (value.equals(UNWRITABLE)) {
            throw new IllegalArgumentException("it is " + UNWRITABLE);
        }
        if (value.equals(BREAKING_WRITER)) {
            throw new StackOverflowError(value);
        }
        xml.element("text", value);
    }

    @Override
    public String fromXml(XmlElement element, Attachments attachments) {
        if (element.text().equals(UNREADABLE)) {
            throw new IllegalArgumentException("it is " + UNREADABLE);
        }
        if (element.text().equals(BREAKING)) {
            throw new AssertionError(BREAKING);
        }
        return element.text();
    }
}
