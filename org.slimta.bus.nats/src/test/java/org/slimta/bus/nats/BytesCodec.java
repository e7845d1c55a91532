package org.slimta.bus.nats;

import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** A codec for attachments: {@code <bytes part="1"/>}. */
final class BytesCodec implements XmlCodec<Attachment> {

    @Override
    public Class<Attachment> type() {
        return Attachment.class;
    }

    @Override
    public void toXml(Attachment value, XmlWriter xml, Attachments attachments) {
        xml.start("bytes")
                .attribute("part", String.valueOf(attachments.add(value)))
                .end();
    }

    @Override
    public Attachment fromXml(XmlElement element, Attachments attachments) {
        return attachments.of(element);
    }
}
