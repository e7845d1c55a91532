package org.slimta.bus.itest;

import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A {@link LoadClient} in a JVM of its own. */
final class LoadProcess implements AutoCloseable {

    private static final Pattern STATUS =
            Pattern.compile("sent=(\\d+) answered=(\\d+) failed=(\\d+) marks=(\\d+) problems=(.*)");

    private final Process process;
    private final BufferedReader out;
    private final Writer in;

    /** What it has counted so far. */
    record Status(long sent, long answered, long failed, int marks, String problems) {}

    LoadProcess(int port, int inFlight) throws IOException {
        this(Path.of("target"), port, inFlight);
    }

    /** For a container that does not run in the folder of this module, whose build folder is given. */
    LoadProcess(Path target, int port, int inFlight) throws IOException {
        String classPath;
        try (Stream<Path> jars = Files.list(target.resolve("bundles"))) {
            classPath = Stream.concat(jars, Stream.of(target.resolve("test-classes")))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        classPath,
                        LoadClient.class.getName(),
                        Integer.toString(port),
                        Integer.toString(inFlight)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        in = process.outputWriter(StandardCharsets.UTF_8);
    }

    Status status() throws IOException {
        in.write("status\n");
        in.flush();
        return read();
    }

    private Status read() throws IOException {
        String line = out.readLine();
        Matcher matcher = STATUS.matcher(String.valueOf(line));
        assertTrue("the client says " + line, matcher.matches());
        return new Status(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                Integer.parseInt(matcher.group(4)),
                matcher.group(5));
    }

    /** Lets all that is under way come to its end. */
    Status finish() throws IOException, InterruptedException {
        in.close();
        Status last = read();
        assertTrue("the client ends", process.waitFor(30, TimeUnit.SECONDS));
        return last;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
