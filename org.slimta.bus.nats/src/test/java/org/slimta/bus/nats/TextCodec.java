package org.slimta.bus.nats;

import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** A codec for strings: {@code <text>...</text>}. */
final class TextCodec implements XmlCodec<String> {

    @Override
    public Class<String> type() {
        return String.class;
    }

    @Override
    public void toXml(String value, XmlWriter xml, Attachments attachments) {
        xml.element("text", value);
    }

    @Override
    public String fromXml(XmlElement element, Attachments attachments) {
        return element.text();
    }
}
