package org.slimta.bus.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The known inputs: recordings of real nodes, documents written by hand, and findings. The fuzzer starts with them, and
 * every build runs each of them.
 */
final class Inputs {

    /** The folder of inputs for every target that reads XML. */
    static final String DOCUMENTS = "documents";

    private static final int XML_START = Short.BYTES + Integer.BYTES;

    private final Path recordings;
    private final Path written;

    /**
     * Creates the known inputs of this project.
     *
     * @param module the folder of this module
     */
    Inputs(Path module) {
        recordings = module.resolveSibling("org.slimta.bus.mail").resolve("src/test/resources/transcripts");
        written = module.resolve("src/test/resources/inputs");
    }

    /** The inputs of a target by file name. */
    Map<String, byte[]> of(Target target) throws IOException {
        Map<String, byte[]> inputs = new TreeMap<>();
        Target.Form form = target.form();
        if (form != Target.Form.SCRIPT) {
            for (Path file : files(recordings, ".bin")) {
                byte[] frame = Files.readAllBytes(file);
                inputs.put(file.getFileName().toString(), form == Target.Form.DOCUMENT ? documentOf(frame) : frame);
            }
        }
        if (form == Target.Form.FRAMES || form == Target.Form.DOCUMENT) {
            for (Path file : files(written.resolve(DOCUMENTS), "")) {
                byte[] document = Files.readAllBytes(file);
                inputs.put(file.getFileName().toString(), form == Target.Form.DOCUMENT ? document : sketchOf(document));
            }
        }
        for (Path file : files(found(target), "")) {
            inputs.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        return inputs;
    }

    /** The folder for findings of a target. */
    Path found(Target target) {
        return written.resolve(target.title());
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] documentOf(byte[] frame) {
        int size = ByteBuffer.wrap(frame).getInt(Short.BYTES);
        return Arrays.copyOfRange(frame, XML_START, XML_START + size);
    }

    private static byte[] sketchOf(byte[] document) {
        return ByteBuffer.allocate(Short.BYTES + document.length)
                .putShort((short) 0)
                .put(document)
                .array();
    }
}
