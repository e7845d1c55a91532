package com.example.orders.codec;

import com.example.orders.Receipt;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.whiteboard.SlimtaBusCodecType;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** Writes and reads {@code <receipt>number</receipt>}. */
@Component
@SlimtaBusCodecType("example.receipt")
public final class ReceiptCodec implements XmlCodec<Receipt> {

    @Override
    public Class<Receipt> type() {
        return Receipt.class;
    }

    @Override
    public void toXml(Receipt receipt, XmlWriter xml, Attachments attachments) {
        xml.element("receipt", receipt.number());
    }

    @Override
    public Receipt fromXml(XmlElement element, Attachments attachments) {
        return new Receipt(element.text());
    }
}
