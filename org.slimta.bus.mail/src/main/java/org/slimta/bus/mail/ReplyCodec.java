package org.slimta.bus.mail;

import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.whiteboard.SlimtaBusCodecType;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** Writes and reads {@code <reply>}. Stateless. */
@Component
@SlimtaBusCodecType("mail.reply")
public final class ReplyCodec implements XmlCodec<Reply> {

    /** Creates a codec, which has no state. */
    public ReplyCodec() {}

    @Override
    public Class<Reply> type() {
        return Reply.class;
    }

    @Override
    public void toXml(Reply reply, XmlWriter xml, Attachments attachments) {
        xml.start("reply")
                .attribute("code", reply.code() == 0 ? "" : Integer.toString(reply.code()))
                .text(reply.message());
        if (reply.data() != null) {
            xml.element("data", reply.data());
        }
        xml.end();
    }

    @Override
    public Reply fromXml(XmlElement element, Attachments attachments) {
        MessageCodec.check("reply", element);
        String data = null;
        for (XmlElement child : element.children()) {
            if (child.name().equals("data")) {
                data = ElementText.of(child);
            }
        }
        int code = LuaNumber.orZero("the code of <reply>", element.attribute("code"));
        return new Reply(code, ElementText.beforeChildren(element), data);
    }
}
