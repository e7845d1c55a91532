package org.slimta.bus.mail;

import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.whiteboard.SlimtaBusCodecType;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** Writes and reads {@code <reply>}. Stateless. */
@Component(service = XmlCodec.class)
@SlimtaBusCodecType("mail.reply")
public final class ReplyCodec implements XmlCodec<Reply> {

    /** A codec. */
    public ReplyCodec() {}

    @Override
    public Class<Reply> type() {
        return Reply.class;
    }

    @Override
    public void toXml(Reply reply, XmlWriter xml, Attachments attachments) {
        xml.start("reply").attribute("code", Integer.toString(reply.code())).text(reply.message());
        if (reply.data() != null) {
            xml.element("data", reply.data());
        }
        xml.end();
    }

    @Override
    public Reply fromXml(XmlElement element, Attachments attachments) {
        MessageCodec.check("reply", element);
        String code = element.attribute("code");
        if (code == null || !isThreeDigits(code)) {
            throw new IllegalArgumentException("the code of <reply> is '" + code + "'; it must be from 200 to 599");
        }
        return new Reply(Integer.parseInt(code), message(element), element.childText("data"));
    }

    private static boolean isThreeDigits(String code) {
        return code.length() == 3 && code.charAt(0) >= '2' && code.charAt(0) <= '5' && isDigit(code.charAt(1))
                && isDigit(code.charAt(2));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** With children, the line end after the text and the indentation of the children are not part of the message. */
    private static String message(XmlElement element) {
        String text = element.text();
        if (element.children().isEmpty()) {
            return text;
        }
        String stripped = text.stripTrailing();
        int lineEnd = text.indexOf('\n', stripped.length());
        return lineEnd < 0 ? text : text.substring(0, lineEnd);
    }
}
