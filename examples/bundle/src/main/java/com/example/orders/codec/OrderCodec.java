package com.example.orders.codec;

import com.example.orders.Order;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.whiteboard.SlimtaBusCodecType;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** Writes and reads {@code <order item="..." count="..."/>}. */
@Component
@SlimtaBusCodecType("example.order")
public final class OrderCodec implements XmlCodec<Order> {

    @Override
    public Class<Order> type() {
        return Order.class;
    }

    @Override
    public void toXml(Order order, XmlWriter xml, Attachments attachments) {
        xml.start("order")
                .attribute("item", order.item())
                .attribute("count", Integer.toString(order.count()))
                .end();
    }

    @Override
    public Order fromXml(XmlElement element, Attachments attachments) {
        return new Order(element.attribute("item"), Integer.parseInt(element.attribute("count")));
    }
}
