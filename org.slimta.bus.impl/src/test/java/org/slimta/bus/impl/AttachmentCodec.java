package org.slimta.bus.impl;

import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** A codec for bare attachments: {@code <bytes part="1"/>}. */
public final class AttachmentCodec implements XmlCodec<Attachment> {

    @Override
    public Class<Attachment> type() {
        return Attachment.class;
    }

    @Override
    public void toXml(Attachment value, XmlWriter xml, Attachments attachments) {
        xml.start("bytes")
                .attribute("part", Integer.toString(attachments.add(value)))
                .end();
    }

    @Override
    public Attachment fromXml(XmlElement element, Attachments attachments) {
        return attachments.of(element);
    }
}
