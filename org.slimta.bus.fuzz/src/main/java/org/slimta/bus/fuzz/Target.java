package org.slimta.bus.fuzz;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slimta.bus.fuzz.targets.ClientTarget;
import org.slimta.bus.fuzz.targets.ControlTarget;
import org.slimta.bus.fuzz.targets.EnvelopeTarget;
import org.slimta.bus.fuzz.targets.FrameTarget;
import org.slimta.bus.fuzz.targets.GrowthTarget;
import org.slimta.bus.fuzz.targets.MailTarget;
import org.slimta.bus.fuzz.targets.ServerTarget;
import org.slimta.bus.fuzz.targets.TlsRecordsTarget;
import org.slimta.bus.fuzz.targets.XmlReaderTarget;
import org.slimta.bus.fuzz.targets.XmlWriterTarget;

/** What is tried. */
public enum Target {
    /** Bytes are put together to frames, however they are cut. */
    FRAME(
            Form.BYTES,
            "bytes are put together to frames, however they are cut",
            FrameTarget.class,
            FrameTarget::fuzzerTestOneInput),
    /** Records of TLS are cut out of bytes, however those arrive. */
    TLS_RECORDS(
            Form.BYTES,
            "records of TLS are cut out of bytes, however those arrive",
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
    /** Documents grow, and what it costs to read them grows no faster. */
    GROWTH(
            Form.SCRIPT,
            "documents grow, and what it costs to read them grows no faster",
            GrowthTarget.class,
            GrowthTarget::fuzzerTestOneInput),
    /** Documents are written, well and badly, and read by three parsers. */
    XML_WRITER(
            Form.SCRIPT,
            "documents are written, well and badly, and read by three parsers",
            XmlWriterTarget.class,
            XmlWriterTarget::fuzzerTestOneInput),
    /** Notices are read, answered and told. */
    CONTROL(
            Form.DOCUMENT,
            "notices are read, answered and told",
            ControlTarget.class,
            ControlTarget::fuzzerTestOneInput),
    /** Mail is read from frames, written and read again. */
    MAIL(
            Form.FRAMES,
            "mail is read from frames, written and read again",
            MailTarget.class,
            MailTarget::fuzzerTestOneInput),
    /** A server gets bytes over a socket. */
    SERVER(
            Form.FRAMES,
            "a server gets bytes over a socket",
            ServerTarget.class,
            ServerTarget::fuzzerTestOneInput),
    /** A client is answered with bytes over a socket. */
    CLIENT(
            Form.FRAMES,
            "a client is answered with bytes over a socket",
            ClientTarget.class,
            ClientTarget::fuzzerTestOneInput);

    /** What its bytes are. */
    enum Form {
        /** Bytes as they arrive. */
        BYTES,
        /** Frames, one after the other, or a sketch of them. */
        FRAMES,
        /** The XML of a frame. */
        DOCUMENT,
        /** Steps, which it takes from the bytes in a way of its own. */
        SCRIPT
    }

    /** Tries some bytes. */
    @FunctionalInterface
    private interface Trial {
        void tryOne(byte[] input) throws Exception;
    }

    private final Form form;
    private final String about;
    private final Class<?> type;
    private final Trial trial;

    Target(Form form, String about, Class<?> type, Trial trial) {
        this.form = form;
        this.about = about;
        this.type = type;
        this.trial = trial;
    }

    /** What its bytes are. */
    Form form() {
        return form;
    }

    /** What is done, for people. */
    String about() {
        return about;
    }

    /** The class that the fuzzer calls. */
    String className() {
        return type.getName();
    }

    /** What it is called on the command line, and its folder. */
    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Tries some bytes. Throws if something does not hold. */
    void tryOne(byte[] input) throws Exception {
        trial.tryOne(input);
    }

    static Target named(String title) {
        return Arrays.stream(values())
                .filter(target -> target.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no target '" + title + "'; there are " + titles() + ". See ./fuzz --help."));
    }

    static String titles() {
        return Arrays.stream(values()).map(Target::title).collect(Collectors.joining(", "));
    }
}
