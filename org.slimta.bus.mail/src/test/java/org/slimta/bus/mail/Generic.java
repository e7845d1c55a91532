package org.slimta.bus.mail;

import java.io.IOException;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;

/** Objects other than mail, such as the tests of slimta send. */
final class Generic {

    private Generic() {}

    record Request(String id, byte[] stuff) {}

    record Response(String code, String text) {}

    static final class RequestCodec implements XmlCodec<Request> {

        @Override
        public Class<Request> type() {
            return Request.class;
        }

        @Override
        public void toXml(Request value, XmlWriter xml, Attachments attachments) {
            int part = attachments.add(Attachment.of(value.stuff()));
            xml.start("request").element("id", value.id());
            xml.start("stuff").attribute("part", Integer.toString(part)).end().end();
        }

        @Override
        public Request fromXml(XmlElement element, Attachments attachments) throws IOException {
            return new Request(
                    element.childText("id"),
                    attachments.of(element.child("stuff")).toByteArray());
        }
    }

    static final class ResponseCodec implements XmlCodec<Response> {

        @Override
        public Class<Response> type() {
            return Response.class;
        }

        @Override
        public void toXml(Response value, XmlWriter xml, Attachments attachments) {
            xml.start("response")
                    .attribute("code", value.code())
                    .text(value.text())
                    .end();
        }

        @Override
        public Response fromXml(XmlElement element, Attachments attachments) {
            return new Response(element.attribute("code"), element.text());
        }
    }
}
