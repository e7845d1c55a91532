package org.slimta.bus.bench.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.bench.contestant.Mails;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeReader;
import org.slimta.bus.impl.wire.EnvelopeWriter;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.xml.XmlReader;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;

/** Reading and writing the XML of one mail. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class XmlBench {

    private final MessageCodec codec = new MessageCodec();
    private final EnvelopeReader reader =
            new EnvelopeReader(new XmlReader(FrameLimits.defaults()), FrameLimits.defaults());
    private final Message mail = Mails.mail(new byte[16]);
    private final Attachments attachments = new Attachments();
    private Frame frame;
    private XmlElement element;

    /**
     * Prepares the frame and the element to read.
     *
     * @throws BusException never
     */
    @Setup
    public void prepare() throws BusException {
        frame = new Frame(write().xml(), List.of());
        element = parse().get(0);
        attachments.add(mail.contents().attachment());
    }

    /**
     * Writes a mail as bytes.
     *
     * @return the frame
     */
    @Benchmark
    public OutgoingFrame write() {
        EnvelopeWriter writer = new EnvelopeWriter(Envelope.REQUESTS);
        codec.toXml(mail, writer.xml(), writer.attachments());
        writer.endItem();
        return writer.finish();
    }

    /**
     * Parses bytes to a tree.
     *
     * @return the elements
     * @throws BusException never
     */
    @Benchmark
    public List<XmlElement> parse() throws BusException {
        return reader.read(frame, null, Envelope.REQUESTS);
    }

    /**
     * Reads a mail from a tree.
     *
     * @return the mail
     */
    @Benchmark
    public Message decode() {
        return codec.fromXml(element, attachments);
    }
}
