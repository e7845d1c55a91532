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
@Component
@SlimtaBusCodecType("mail.message")
public final class MessageCodec implements XmlCodec<Message> {

    /** Creates a codec, which has no state. */
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
        Client client = new Client("", "", "", "", "");
        XmlElement envelope = null;
        XmlElement contents = null;
        for (XmlElement child : element.children()) {
            switch (child.name()) {
                case "client" -> client = readClient(child);
                case "envelope" -> envelope = child;
                case "contents" -> contents = child;
                default -> {}
            }
        }
        String timestamp = element.attribute("timestamp");
        return new Message(
                element.attribute("id"),
                timestamp == null ? null : EpochSeconds.parse(timestamp),
                LuaNumber.orZero("the attribute attempts of <message>", element.attribute("attempts")),
                client,
                readEnvelope(required(envelope, "<message> has no <envelope>")),
                readContents(required(contents, "<message> has no <contents>"), attachments));
    }

    private static Client readClient(XmlElement client) {
        String protocol = null;
        String ehlo = null;
        String ip = null;
        String security = null;
        String receiver = null;
        String auth = null;
        for (XmlElement child : client.children()) {
            switch (child.name()) {
                case "protocol" -> protocol = ElementText.word(child);
                case "ehlo" -> ehlo = ElementText.word(child);
                case "ip" -> ip = ElementText.word(child);
                case "security" -> security = ElementText.word(child);
                case "receiver" -> receiver = ElementText.word(child);
                case "auth" -> auth = child.text();
                default -> {}
            }
        }
        return new Client(protocol, ehlo, ip, security, receiver, auth);
    }

    private static Envelope readEnvelope(XmlElement envelope) {
        String sender = null;
        List<String> recipients = new ArrayList<>();
        Envelope.Destination destination = null;
        for (XmlElement child : envelope.children()) {
            switch (child.name()) {
                case "sender" -> sender = ElementText.of(child);
                case "recipient" -> recipients.add(ElementText.of(child));
                case "destination" -> destination = readDestination(child);
                default -> {}
            }
        }
        return new Envelope(required(sender, "<envelope> has no <sender>"), recipients, destination);
    }

    private static Envelope.Destination readDestination(XmlElement destination) {
        String relayer = destination.attribute("relayer");
        return new Envelope.Destination(
                ElementText.of(destination),
                relayer == null ? null : ElementText.withoutBlanksAround(relayer),
                LuaNumber.orZero("the attribute port of <destination>", destination.attribute("port")));
    }

    private static Contents readContents(XmlElement contents, Attachments attachments) {
        String text = contents.attribute("part");
        int part = LuaNumber.orZero("the attribute part of <contents>", text);
        if (part == 0) {
            throw new IllegalArgumentException(
                    text == null
                            ? "<contents> has no attribute part"
                            : "the attribute part of <contents> is '" + PeerText.of(text)
                                    + "'; it must be a number from 1");
        }
        return Contents.of(attachments.get(part));
    }

    static void check(String name, XmlElement element) {
        if (!element.name().equals(name)) {
            throw new IllegalArgumentException(
                    "the element is <" + PeerText.of(element.name()) + ">; it must be <" + name + ">");
        }
    }

    private static <T> T required(T value, String message) {
        if (value == null) {
            throw new IllegalArgumentException(message);
        }
        return value;
    }
}
