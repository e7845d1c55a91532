package org.slimta.bus.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.slimta.bus.api.xml.Attachment;

/**
 * A message itself, headers and body, with its bytes exactly as they came. They need not be in memory. Immutable.
 */
public final class Contents {

    private final Attachment attachment;

    private Contents(Attachment attachment) {
        this.attachment = Objects.requireNonNull(attachment, "attachment");
    }

    /**
     * Contents of an array.
     *
     * @param bytes the bytes, not copied: they must not change from now on; not null
     * @return the contents, never null
     */
    public static Contents of(byte[] bytes) {
        return new Contents(Attachment.of(bytes));
    }

    /**
     * Contents of a file, read when they are needed.
     *
     * @param file the file, which must not change as long as the contents are in use; not null
     * @return the contents, never null
     * @throws IOException if there is no such file, or it cannot be read
     */
    public static Contents of(Path file) throws IOException {
        return new Contents(Attachment.of(file));
    }

    /**
     * Contents of an attachment.
     *
     * @param attachment the attachment, not null
     * @return the contents, never null
     */
    public static Contents of(Attachment attachment) {
        return new Contents(attachment);
    }

    /**
     * The bytes, as they go over a bus.
     *
     * @return the attachment, never null
     */
    public Attachment attachment() {
        return attachment;
    }

    /**
     * How many bytes there are.
     *
     * @return the size in bytes
     */
    public long size() {
        return attachment.size();
    }

    /**
     * Reads the bytes from the start.
     *
     * @return a stream, to be closed by the caller; never null
     * @throws IOException if the bytes cannot be had
     */
    public InputStream open() throws IOException {
        return attachment.open();
    }

    /**
     * All bytes in an array.
     *
     * @return a copy, never null
     * @throws IOException if the bytes cannot be had, or are more than an array holds
     */
    public byte[] toByteArray() throws IOException {
        return attachment.toByteArray();
    }

    /**
     * The first header of a name. No more of the message is read than it takes to find it.
     *
     * @param name the name; ASCII letters match in any case; not null
     * @return its value, unfolded, without the spaces and tabs around it; or null if there is none. Each of its lines is read
     *     as UTF-8, or as ISO-8859-1 if it is not.
     * @throws IOException if the bytes cannot be had, or it is not found within the first 1 MiB and the headers go on
     */
    public String header(String name) throws IOException {
        List<String> values = new HeaderBlock(attachment).values(name, 1);
        return values.isEmpty() ? null : values.get(0);
    }

    /**
     * All headers of a name.
     *
     * @param name the name; ASCII letters match in any case; not null
     * @return their values in order, as {@link #header} gives them, perhaps none
     * @throws IOException if the bytes cannot be had, or the headers are longer than 1 MiB
     */
    public List<String> headers(String name) throws IOException {
        return new HeaderBlock(attachment).values(name, Integer.MAX_VALUE);
    }

    /**
     * The same contents with a header in front. Its lines end as the first line does; with CR LF if that has no end within
     * the first 1 MiB. Nothing else of the message is looked at, and any number of headers may be put in front.
     *
     * @param name the header's name, not null
     * @param value its value, not null; may be folded: each line after the first begins with a space or tab
     * @return the contents; what was there is not copied
     * @throws IOException if the bytes cannot be had
     * @throws IllegalArgumentException if the name or the value would break the headers: if the name is not made of visible
     *     ASCII characters other than the colon, or the value has a control character other than a tab and the ends of folded
     *     lines, or a line of it is not folded or is blank
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
