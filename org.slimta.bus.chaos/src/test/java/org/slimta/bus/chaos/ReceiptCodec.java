package org.slimta.bus.chaos;

import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** The codec for responses. */
final class ReceiptCodec implements XmlCodec<Receipt> {

    @Override
    public Class<Receipt> type() {
        return Receipt.class;
    }

    @Override
    public void toXml(Receipt receipt, XmlWriter xml, Attachments attachments) {
        xml.start("receipt")
                .attribute("number", Long.toString(receipt.number()))
                .attribute("index", Integer.toString(receipt.index()))
                .attribute("server", receipt.server())
                .attribute("request", Long.toString(receipt.request()))
                .attribute("checksum", Long.toString(receipt.checksum()))
                .attribute("part", Integer.toString(attachments.add(receipt.filling())))
                .end();
    }

    @Override
    public Receipt fromXml(XmlElement element, Attachments attachments) {
        return new Receipt(
                Long.parseLong(element.attribute("number")),
                Integer.parseInt(element.attribute("index")),
                String.valueOf(element.attribute("server")),
                Long.parseLong(element.attribute("request")),
                attachments.of(element),
                Long.parseLong(element.attribute("checksum")));
    }
}
