package org.slimta.bus.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.codecs.ObjectCoder;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RootAttributes;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;

/**
 * Mail is read from frames. Mail that was read can be written, and is then read as the same mail; the headers of any
 * contents can be read, and a header that is put in front is found.
 */
public final class MailTarget {

    private static final Set<Reason> REFUSALS = Set.of(Reason.MALFORMED, Reason.TOO_LARGE, Reason.CODEC);
    private static final ObjectCoder CODER =
            new ObjectCoder(codecs(), Duration.ZERO, FrameLimits.defaults(), new Threads());

    private MailTarget() {}

    private static CodecRegistry codecs() {
        CodecRegistry codecs = new CodecRegistry();
        codecs.add(new CodecRegistry.Rank(0, 1), "mail.message", new MessageCodec());
        codecs.add(new CodecRegistry.Rank(0, 2), "mail.reply", new ReplyCodec());
        return codecs;
    }

    /**
     * Tests frames.
     *
     * @param input the bytes, or a {@link Sketch} of them
     */
    public static void fuzzerTestOneInput(byte[] input) {
        for (Frame frame : Wire.decode(Sketch.frames(input))) {
            Outcome<FrameHeader> header = Outcome.of(() -> CODER.readHeader(frame), Documents.REFUSALS);
            if (header.isGood() && header.value().envelope() == Envelope.REQUESTS) {
                Outcome<List<Message>> mails = decode(Message.class, frame, header.value());
                if (mails.isGood()) {
                    checkSame(mails.value(), writtenAndRead(Message.class, header.value(), mails.value()));
                    mails.value().forEach(mail -> checkHeaders(mail.contents()));
                }
            } else if (header.isGood() && header.value().envelope() == Envelope.RESPONSES) {
                Outcome<List<Reply>> replies = decode(Reply.class, frame, header.value());
                if (replies.isGood()) {
                    Broken.unlessSame(
                            replies.value(),
                            writtenAndRead(Reply.class, header.value(), replies.value()),
                            "replies that were read");
                }
            }
        }
    }

    /** The outcome of requests with mail, or of replies: their number, or the reason of the failure. */
    static String outcomeOf(FrameHeader header, Frame frame) {
        Class<?> type = header.envelope() == Envelope.REQUESTS ? Message.class : Reply.class;
        Outcome<? extends List<?>> outcome = decode(type, frame, header);
        return outcome.isGood()
                ? Integer.toString(outcome.value().size())
                : outcome.reason().toString();
    }

    private static <T> Outcome<List<T>> decode(Class<T> type, Frame frame, FrameHeader header) {
        Set<Reason> allowed = header.envelope() == Envelope.RESPONSES ? EnumSet.allOf(Reason.class) : REFUSALS;
        return Outcome.of(
                () -> CODER.decoderNow(PayloadType.of(type)).decode(header.envelope(), frame, header), allowed);
    }

    /** Writes values that were read, and reads them again. */
    private static <T> List<T> writtenAndRead(Class<T> type, FrameHeader header, List<T> values) {
        byte[] attributes = header.tx() == 0 ? RootAttributes.NONE : RootAttributes.response(header.tx());
        try {
            Frame frame = Wire.decodeOne(Wire.encode(
                    CODER.encode(header.envelope(), Headers.none(), values, null), attributes, FrameLimits.defaults()));
            return CODER.decoderNow(PayloadType.of(type)).decode(header.envelope(), frame, CODER.readHeader(frame));
        } catch (BusException e) {
            throw new IllegalStateException("values that were read are refused when they are written", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void checkSame(List<Message> expected, List<Message> actual) {
        Broken.unlessSame(expected.size(), actual.size(), "the number of messages");
        for (int i = 0; i < expected.size(); i++) {
            Broken.unlessSame(fields(expected.get(i)), fields(actual.get(i)), "a message that was read");
        }
    }

    /** All fields of a message in a form that can be compared. */
    private static List<Object> fields(Message message) {
        List<Object> fields = new ArrayList<>();
        fields.add(message.id());
        fields.add(message.timestamp());
        fields.add(message.attempts());
        fields.add(message.client());
        fields.add(message.envelope());
        fields.add(ByteBuffer.wrap(Wire.bytes(message.contents().attachment())));
        return fields;
    }

    private static void checkHeaders(Contents contents) {
        byte[] before = Wire.bytes(contents.attachment());
        try {
            contents.headers("Subject");
            Contents extended = contents.withHeader("X-Fuzz", "one\r\n two");
            byte[] after = Wire.bytes(extended.attachment());
            int added = after.length - before.length;
            Broken.unlessSame(
                    ByteBuffer.wrap(before),
                    ByteBuffer.wrap(Arrays.copyOfRange(after, added, after.length)),
                    "the contents");
            String front = new String(after, 0, added, UTF_8);
            Broken.unless(front.matches("X-Fuzz: one\r?\n two\r?\n"), () -> "the header in front is " + front);
            boolean folded = before.length > 0 && (before[0] == ' ' || before[0] == '\t');
            Broken.unless(
                    folded || "one two".equals(extended.header("X-Fuzz")), () -> "the header in front is not found");
        } catch (IOException e) {
            // The headers are too long to be read.
        }
    }
}
