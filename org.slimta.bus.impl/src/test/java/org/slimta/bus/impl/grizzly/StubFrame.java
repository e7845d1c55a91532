package org.slimta.bus.impl.grizzly;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.wire.RootAttributes;

/** A frame to be sent, which keeps the failure that it is given. */
class StubFrame implements OutboundFrame {

    private final FrameEncoder encoder;
    private final boolean wanted;
    private BusException failure;

    StubFrame(String xml, boolean wanted, Attachment... attachments) {
        try {
            OutgoingFrame frame = new OutgoingFrame(Envelope.REQUESTS, xml.getBytes(UTF_8), List.of(attachments));
            encoder = new FrameEncoder(frame, FrameLimits.defaults());
        } catch (BusException e) {
            throw new AssertionError(e);
        }
        this.wanted = wanted;
    }

    static StubFrame of(String xml) {
        return new StubFrame(xml, true);
    }

    /** A frame that is not wanted any more when its turn comes. */
    static StubFrame unwanted(String xml) {
        return new StubFrame(xml, false);
    }

    /** A frame with an attachment that is not in memory. */
    static StubFrame withStream(String xml, byte[] bytes) {
        return new StubFrame(xml, true, new Attachment() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        });
    }

    @Override
    public FrameEncoder encoder() {
        return encoder;
    }

    @Override
    public byte[] begin() {
        return wanted ? RootAttributes.NONE : null;
    }

    @Override
    public void failed(BusException why) {
        failure = why;
    }

    /** Why it could not be sent, or null. */
    BusException failure() {
        return failure;
    }
}
