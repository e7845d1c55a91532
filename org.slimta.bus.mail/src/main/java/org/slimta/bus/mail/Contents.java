package org.slimta.bus.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.slimta.bus.api.xml.Attachment;

/** The contents of a message, headers and body: the exact bytes, which need not be in memory. Immutable. */
public final class Contents {

    private final Attachment attachment;

    private Contents(Attachment attachment) {
        this.attachment = Objects.requireNonNull(attachment, "attachment");
    }

    /**
     * Returns the contents in an array.
     *
     * @param bytes the bytes, not null; not copied, so they must not be changed afterwards
     * @return the contents, never null
     */
    public static Contents of(byte[] bytes) {
        return new Contents(Attachment.of(bytes));
    }

    /**
     * Returns the contents in a file, which is read when its bytes are needed.
     *
     * @param file the file, not null; it must not change as long as the contents are in use
     * @return the contents, never null
     * @throws IOException if the file does not exist or cannot be read
     */
    public static Contents of(Path file) throws IOException {
        return new Contents(Attachment.of(file));
    }

    /**
     * Returns the contents in an attachment.
     *
     * @param attachment the attachment, not null
     * @return the contents, never null
     */
    public static Contents of(Attachment attachment) {
        return new Contents(attachment);
    }

    /** {@return the attachment that holds the bytes, as they are sent over a bus; never null} */
    public Attachment attachment() {
        return attachment;
    }

    /** {@return the size in bytes} */
    public long size() {
        return attachment.size();
    }

    /**
     * Opens a stream that reads the bytes from the start.
     *
     * @return a stream, which the caller must close; never null
     * @throws IOException if the bytes cannot be read
     */
    public InputStream open() throws IOException {
        return attachment.open();
    }

    /**
     * Reads all bytes into an array.
     *
     * @return the bytes, a copy, never null
     * @throws IOException if the bytes cannot be read, or are more than an array can hold
     */
    public byte[] toByteArray() throws IOException {
        return attachment.toByteArray();
    }

    /**
     * Returns the first header with the given name. Reads no more of the message than is necessary to find it.
     *
     * @param name the name, not null; the case of ASCII letters is ignored
     * @return its value, unfolded and without surrounding spaces and tabs; or null if there is none. Each of its lines
     *     is decoded as UTF-8, or as ISO-8859-1 if it is not valid UTF-8.
     * @throws IOException if the bytes cannot be read, or the header is not found within the first 1 MiB and the
     *     headers continue
     */
    public String header(String name) throws IOException {
        List<String> values = new HeaderBlock(attachment).values(name, 1);
        return values.isEmpty() ? null : values.get(0);
    }

    /**
     * Returns all headers with the given name.
     *
     * @param name the name, not null; the case of ASCII letters is ignored
     * @return their values in order, decoded as by {@link #header}; never null, may be empty
     * @throws IOException if the bytes cannot be read, or the headers are longer than 1 MiB
     */
    public List<String> headers(String name) throws IOException {
        return new HeaderBlock(attachment).values(name, Integer.MAX_VALUE);
    }

    /**
     * Returns these contents with a header in front. The lines of the header end in the same way as the first line of
     * the message, or with CR LF if that line does not end within the first 1 MiB. Nothing else of the message is read.
     * Any number of headers may be put in front.
     *
     * @param name the name of the header, not null
     * @param value the value of the header, not null; it may be folded, so that each line after the first starts with a
     *     space or tab
     * @return the new contents, never null; the present bytes are not copied
     * @throws IOException if the bytes cannot be read
     * @throws IllegalArgumentException if the name or the value would break the headers: if the name has characters
     *     other than visible ASCII characters, or a colon; if the value has a control character other than a tab and
     *     the ends of folded lines; or if a line after the first is not folded or is blank
     */
    public Contents withHeader(String name, String value) throws IOException {
        String lineEnd = HeaderLine.end(attachment);
        byte[] header = HeaderLine.bytes(name, value, lineEnd);
        return new Contents(new PrefixedAttachment(header, lineEnd, attachment));
    }

    @Override
    public String toString() {
        return "contents of " + size() + " bytes";
    }
}
