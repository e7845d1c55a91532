package org.slimta.bus.mail;

import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.whiteboard.SlimtaBusCodecType;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** Writes and reads {@code <message>}. Stateless. */
@Component(service = XmlCodec.class)
@SlimtaBusCodecType("mail.message")
public final class MessageCodec implements XmlCodec<Message> {

    /** A codec. */
    public MessageCodec() {}

    @Override
    public Class<Message> type() {
        return Message.class;
    }

    @Override
    public void toXml(Message message, XmlWriter xml, Attachments attachments) {
        xml.start("message");
        if (message.id() != null) {
            xml.attribute("id", message.id());
        }
        if (message.timestamp() != null) {
            xml.attribute("timestamp", EpochSeconds.format(message.timestamp()));
        }
        if (message.attempts() > 0) {
            xml.attribute("attempts", Integer.toString(message.attempts()));
        }
        write(message.client(), xml);
        write(message.envelope(), xml);
        int part = attachments.add(message.contents().attachment());
        xml.start("contents").attribute("part", Integer.toString(part)).end();
        xml.end();
    }

    private static void write(Client client, XmlWriter xml) {
        xml.start("client")
                .element("protocol", client.protocol())
                .element("ehlo", client.ehlo())
                .element("ip", client.ip())
                .element("security", client.security())
                .element("receiver", client.receiver());
        if (client.auth() != null) {
            xml.element("auth", client.auth());
        }
        xml.end();
    }

    private static void write(Envelope envelope, XmlWriter xml) {
        xml.start("envelope").element("sender", envelope.sender());
        envelope.recipients().forEach(recipient -> xml.element("recipient", recipient));
        Envelope.Destination destination = envelope.destination();
        if (destination != null) {
            xml.start("destination");
            if (destination.relayer() != null) {
                xml.attribute("relayer", destination.relayer());
            }
            if (destination.port() != 0) {
                xml.attribute("port", Integer.toString(destination.port()));
            }
            xml.text(destination.host()).end();
        }
        xml.end();
    }

    @Override
    public Message fromXml(XmlElement element, Attachments attachments) {
        check("message", element);
        String timestamp = element.attribute("timestamp");
        return new Message(
                element.attribute("id"),
                timestamp == null ? null : EpochSeconds.parse(timestamp),
                number("attempts", element),
                readClient(required("client", element)),
                readEnvelope(required("envelope", element)),
                Contents.of(attachments.of(required("contents", element))));
    }

    private static Client readClient(XmlElement client) {
        return new Client(
                client.childText("protocol"),
                client.childText("ehlo"),
                client.childText("ip"),
                client.childText("security"),
                client.childText("receiver"),
                client.childText("auth"));
    }

    private static Envelope readEnvelope(XmlElement envelope) {
        List<String> recipients = new ArrayList<>();
        envelope.children("recipient").forEach(recipient -> recipients.add(recipient.text()));
        XmlElement destination = envelope.child("destination");
        return new Envelope(
                required("sender", envelope).text(),
                recipients,
                destination == null
                        ? null
                        : new Envelope.Destination(
                                destination.text(), destination.attribute("relayer"), number("port", destination)));
    }

    static void check(String name, XmlElement element) {
        if (!element.name().equals(name)) {
            throw new IllegalArgumentException("the element is <" + element.name() + ">; it must be <" + name + ">");
        }
    }

    private static XmlElement required(String name, XmlElement parent) {
        XmlElement child = parent.child(name);
        if (child == null) {
            throw new IllegalArgumentException("<" + parent.name() + "> has no <" + name + ">");
        }
        return child;
    }

    private static int number(String attribute, XmlElement element) {
        String value = element.attribute(attribute);
        try {
            return value == null ? 0 : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the attribute " + attribute + " of <" + element.name() + "> is '" + value + "', not a number", e);
        }
    }
}
