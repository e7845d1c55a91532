package org.slimta.bus.fuzz;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slimta.bus.fuzz.targets.ClientTarget;
import org.slimta.bus.fuzz.targets.ClusterTarget;
import org.slimta.bus.fuzz.targets.ControlTarget;
import org.slimta.bus.fuzz.targets.EnvelopeTarget;
import org.slimta.bus.fuzz.targets.FrameTarget;
import org.slimta.bus.fuzz.targets.GrowthTarget;
import org.slimta.bus.fuzz.targets.MailTarget;
import org.slimta.bus.fuzz.targets.ServerTarget;
import org.slimta.bus.fuzz.targets.TlsRecordsTarget;
import org.slimta.bus.fuzz.targets.XmlReaderTarget;
import org.slimta.bus.fuzz.targets.XmlWriterTarget;

/** What the fuzzer tests. */
public enum Target {
    /** Bytes are decoded to frames, however they are split. */
    FRAME(
            Form.BYTES,
            "bytes are decoded to frames, however they are split",
            FrameTarget.class,
            FrameTarget::fuzzerTestOneInput),
    /** Bytes are split into TLS records, however they arrive. */
    TLS_RECORDS(
            Form.BYTES,
            "bytes are split into TLS records, however they arrive",
            TlsRecordsTarget.class,
            TlsRecordsTarget::fuzzerTestOneInput),
    /** The root and the items of a frame are read, with and without Woodstox. */
    ENVELOPE(
            Form.DOCUMENT,
            "the root and the items of a frame are read, with and without Woodstox",
            EnvelopeTarget.class,
            EnvelopeTarget::fuzzerTestOneInput),
    /** Documents are read, with and without Woodstox, and written again. */
    XML_READER(
            Form.DOCUMENT,
            "documents are read, with and without Woodstox, and written again",
            XmlReaderTarget.class,
            XmlReaderTarget::fuzzerTestOneInput),
    /** Documents grow, and the cost of reading them grows linearly. */
    GROWTH(
            Form.SCRIPT,
            "documents grow, and the cost of reading them grows linearly",
            GrowthTarget.class,
            GrowthTarget::fuzzerTestOneInput),
    /** Documents are written, correctly and incorrectly, and read by three parsers. */
    XML_WRITER(
            Form.SCRIPT,
            "documents are written, correctly and incorrectly, and read by three parsers",
            XmlWriterTarget.class,
            XmlWriterTarget::fuzzerTestOneInput),
    /** Control frames and failures are written and read. */
    CONTROL(
            Form.DOCUMENT,
            "control frames and failures are written and read",
            ControlTarget.class,
            ControlTarget::fuzzerTestOneInput),
    /** Mail is read from frames, written and read again. */
    MAIL(
            Form.FRAMES,
            "mail is read from frames, written and read again",
            MailTarget.class,
            MailTarget::fuzzerTestOneInput),
    /** A server receives bytes over a socket. */
    SERVER(Form.FRAMES, "a server receives bytes over a socket", ServerTarget.class, ServerTarget::fuzzerTestOneInput),
    /** A client receives bytes as a response over a socket. */
    CLIENT(
            Form.FRAMES,
            "a client receives bytes as a response over a socket",
            ClientTarget.class,
            ClientTarget::fuzzerTestOneInput),
    /** A server and a client at a cluster receive messages. */
    CLUSTER(
            Form.SCRIPT,
            "a server and a client at a cluster receive messages",
            ClusterTarget.class,
            ClusterTarget::fuzzerTestOneInput);

    /** The form of the input. */
    enum Form {
        /** Bytes as they arrive. */
        BYTES,
        /** Frames, one after the other, or a {@code Sketch} of them. */
        FRAMES,
        /** The XML of a frame. */
        DOCUMENT,
        /** Steps that the target derives from the bytes. */
        SCRIPT
    }

    /** Tests one input. */
    @FunctionalInterface
    private interface Trial {
        void tryOne(byte[] input) throws Exception;
    }

    private final Form form;
    private final String about;
    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // A lambda without state.
    private final Trial trial;

    Target(Form form, String about, Class<?> type, Trial trial) {
        this.form = form;
        this.about = about;
        this.type = type;
        this.trial = trial;
    }

    /** The form of its inputs. */
    Form form() {
        return form;
    }

    /** What is tested, for the command line. */
    String about() {
        return about;
    }

    /** The class that the fuzzer calls. */
    String className() {
        return type.getName();
    }

    /** The name of the target on the command line, and of its folder. */
    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Tests one input. Throws if a condition is violated. */
    void tryOne(byte[] input) throws Exception {
        trial.tryOne(input);
    }

    static Target named(String title) {
        return Arrays.stream(values())
                .filter(target -> target.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Unknown target '" + title + "'; the targets are " + titles() + ". See ./fuzz --help."));
    }

    static String titles() {
        return Arrays.stream(values()).map(Target::title).collect(Collectors.joining(", "));
    }
}
