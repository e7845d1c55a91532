package org.slimta.bus.chaos;

import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** The codec for requests. */
final class ParcelCodec implements XmlCodec<Parcel> {

    @Override
    public Class<Parcel> type() {
        return Parcel.class;
    }

    @Override
    public void toXml(Parcel parcel, XmlWriter xml, Attachments attachments) {
        xml.start("parcel")
                .attribute("number", Long.toString(parcel.number()))
                .attribute("index", Integer.toString(parcel.index()))
                .attribute("server", parcel.server())
                .attribute("answer", Integer.toString(parcel.responseSize()))
                .attribute("checksum", Long.toString(parcel.checksum()));
        xml.element("text", parcel.text());
        parcel.attachments()
                .forEach(attachment -> xml.start("bytes")
                        .attribute("part", Integer.toString(attachments.add(attachment)))
                        .end());
        xml.end();
    }

    @Override
    public Parcel fromXml(XmlElement element, Attachments attachments) {
        return new Parcel(
                Long.parseLong(element.attribute("number")),
                Integer.parseInt(element.attribute("index")),
                element.attribute("server"),
                Integer.parseInt(element.attribute("answer")),
                String.valueOf(element.childText("text")),
                element.children("bytes").stream().map(attachments::of).toList(),
                Long.parseLong(element.attribute("checksum")));
    }
}
