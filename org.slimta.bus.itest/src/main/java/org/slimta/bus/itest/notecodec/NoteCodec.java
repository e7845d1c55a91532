package org.slimta.bus.itest.notecodec;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.whiteboard.SlimtaBusCodecType;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.itest.note.Note;

/** Reads and writes notes, and leaves its mark, so that one can see which revision of it was at work. */
@Component(property = "mark=revision-1")
@SlimtaBusCodecType("itest.note")
public final class NoteCodec implements XmlCodec<Note> {

    private final String mark;

    @Activate
    public NoteCodec(Map<String, Object> properties) {
        mark = (String) properties.get("mark");
    }

    @Override
    public Class<Note> type() {
        return Note.class;
    }

    @Override
    public void toXml(Note note, XmlWriter xml, Attachments attachments) {
        xml.start("note").attribute("mark", mark).text(note.text()).end();
    }

    @Override
    public Note fromXml(XmlElement element, Attachments attachments) {
        return new Note(element.text(), element.attribute("mark"));
    }
}
