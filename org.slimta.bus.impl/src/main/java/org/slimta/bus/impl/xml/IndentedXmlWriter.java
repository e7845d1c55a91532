package org.slimta.bus.impl.xml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.slimta.bus.api.xml.XmlWriter;

/**
 * Writes one document in slimta's form: each line ends with CR LF and is indented by one space per level; an element
 * without children is on one line. Not thread-safe. Source: the wire page, part A.
 */
public final class IndentedXmlWriter implements XmlWriter {

    /** What was written into an open element so far. */
    private enum Content {
        /** Nothing: attributes may still be added. */
        NONE,
        /** Text, and no children. */
        TEXT,
        /** Children, and perhaps text before them. */
        CHILDREN
    }

    private final XmlBytes out = new XmlBytes();
    private final List<String> attributes = new ArrayList<>(4);
    private String[] names = new String[8];
    private int[] nameStarts = new int[8];
    private int[] nameEnds = new int[8];
    private Content[] contents = new Content[8];
    private int depth;
    private int guardedDepth;
    private int rootChildren;

    /**
     * Starts a document.
     *
     * @param root the name of its root element
     */
    public IndentedXmlWriter(String root) {
        start(root);
    }

    /** From now on only children can be added to the elements that are open: they cannot be ended or changed. */
    public void guard() {
        guardedDepth = depth;
    }

    /** {@return the number of open elements; 1 if only the root is open} */
    public int depth() {
        return depth;
    }

    /** {@return the number of children of the root so far} */
    public int rootChildren() {
        return rootChildren;
    }

    @Override
    public XmlWriter start(String name) {
        XmlBytes.checkName(name);
        if (depth > 0) {
            startContent(Content.CHILDREN);
        }
        if (depth == 1) {
            rootChildren++;
        }
        if (depth == names.length) {
            names = Arrays.copyOf(names, 2 * depth);
            nameEnds = Arrays.copyOf(nameEnds, 2 * depth);
            nameStarts = Arrays.copyOf(nameStarts, 2 * depth);
            contents = Arrays.copyOf(contents, 2 * depth);
        }
        out.putSpaces(depth);
        out.put('<');
        nameStarts[depth] = out.size();
        out.putName(name);
        nameEnds[depth] = out.size();
        attributes.clear();
        names[depth] = name;
        contents[depth++] = Content.NONE;
        return this;
    }

    private void startContent(Content content) {
        Content before = contents[depth - 1];
        if (before == Content.NONE) {
            out.put('>');
        }
        if (content == Content.CHILDREN && before != Content.CHILDREN) {
            out.put('\r', '\n');
        }
        contents[depth - 1] = content;
    }

    @Override
    public XmlWriter attribute(String name, String value) {
        String element = requireOpen("an attribute");
        if (contents[depth - 1] != Content.NONE) {
            throw new IllegalStateException("attribute " + name + " of <" + element + "> comes after its content");
        }
        if (attributes.contains(name)) {
            throw new IllegalStateException("<" + element + "> already has an attribute " + name);
        }
        XmlBytes.checkName(name);
        // Before anything is written: a codec may catch the exception and continue.
        Objects.requireNonNull(value, "value");
        int before = out.size();
        try {
            out.put(' ');
            out.putName(name);
            out.put('=', '"');
            out.putValue(value);
            out.put('"');
        } catch (IllegalArgumentException e) {
            out.truncate(before);
            throw new IllegalArgumentException("the attribute " + name + " of <" + element + "> " + e.getMessage(), e);
        }
        attributes.add(name);
        return this;
    }

    @Override
    public XmlWriter text(String text) {
        String element = requireOpen("text");
        if (contents[depth - 1] == Content.CHILDREN) {
            throw new IllegalStateException("text of <" + element + "> comes after its children; it must come first");
        }
        Objects.requireNonNull(text, "text");
        Content content = contents[depth - 1];
        int before = out.size();
        try {
            startContent(Content.TEXT);
            out.putText(text);
        } catch (IllegalArgumentException e) {
            out.truncate(before);
            contents[depth - 1] = content;
            throw new IllegalArgumentException("the text of <" + element + "> " + e.getMessage(), e);
        }
        return this;
    }

    @Override
    public XmlWriter element(String name, String text) {
        Objects.requireNonNull(text, "text"); // Before the element is started.
        return XmlWriter.super.element(name, text);
    }

    @Override
    public XmlWriter end() {
        requireOpen("an end");
        close();
        return this;
    }

    /**
     * Ends all open elements, and the document.
     *
     * @return the bytes of the document
     */
    public byte[] finish() {
        while (depth > 0) {
            if (depth == 1 && contents[0] == Content.NONE) {
                startContent(Content.CHILDREN);
            }
            close();
        }
        return out.toByteArray();
    }

    private void close() {
        depth--;
        if (contents[depth] == Content.NONE) {
            out.put('/', '>');
        } else {
            if (contents[depth] == Content.CHILDREN) {
                out.putSpaces(depth);
            }
            out.put('<', '/');
            out.putAgain(nameStarts[depth], nameEnds[depth]);
            out.put('>');
        }
        out.put('\r', '\n');
    }

    /** Gives the name of the open element, which must not be guarded. */
    private String requireOpen(String what) {
        if (depth <= guardedDepth) {
            throw new IllegalStateException("cannot write " + what + ": no element that was started here is open");
        }
        return names[depth - 1];
    }
}
