package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.transport.OpenFiles;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A server in a process that may open few files, and one address that opens more connections than that. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class DescriptorsTest {

    private static final int FILES = 256;
    private static final int CONNECTIONS = 400;
    private static final String PAUSES = "Cannot accept connections on 127.0.0.1:";

    /** What the process runs. It has closed no socket before, and ends when nobody reads what it writes. */
    public static final class Serving {

        private Serving() {}

        /**
         * Serves.
         *
         * @param args not used
         * @throws Exception if that is not possible
         */
        public static void main(String[] args) throws Exception {
            StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
            BusServer<String, String> server = factory.newServer(
                    "127.0.0.1",
                    0,
                    String.class,
                    String.class,
                    ServerOptions.builder()
                            .receiveTimeout(Duration.ofMinutes(2))
                            .build());
            Thread serving = new Thread(() -> {
                try {
                    while (true) {
                        ServerTransaction<String, String> transaction = server.recvRequest();
                        transaction.sendResponse(transaction.requests());
                    }
                } catch (Exception e) {
                    System.exit(1);
                }
            });
            serving.setDaemon(true);
            serving.start();
            System.out.println(server.address().getPort());
            System.in.read();
        }
    }

    @TempDir
    private Path folder;

    /** A class in a folder could not be loaded without a descriptor; a file with all of them is open already. */
    private String classPath() throws IOException {
        List<String> path = new ArrayList<>();
        for (String entry : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(File.pathSeparator)) {
            path.add(
                    Files.isDirectory(Path.of(entry))
                            ? jar(Path.of(entry), path.size()).toString()
                            : entry);
        }
        return String.join(File.pathSeparator, path);
    }

    private Path jar(Path classes, int number) throws IOException {
        Path file = folder.resolve(number + ".jar");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
                Stream<Path> all = Files.walk(classes)) {
            for (Path each : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                jar.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                Files.copy(each, jar);
            }
        }
        return file;
    }

    private Process start(Path log) throws IOException {
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + FILES + " && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        "-Dorg.slf4j.simpleLogger.log.org.slimta.bus.impl.socket=warn",
                        Serving.class.getName())
                .redirectError(log.toFile())
                .start();
    }

    /** The processor time that it has used, in ticks of 10 ms. */
    private static long ticks(Process process) throws IOException {
        String[] fields = Files.readString(Path.of("/proc/" + process.pid() + "/stat"))
                .replaceAll("^.*\\) ", "")
                .split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    @Test
    void theServerRestsAndServesAgainWhenTheyLeave() throws Exception {
        Path log = folder.resolve("log");
        Process process = start(log);
        List<SocketChannel> idle = new ArrayList<>();
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
                BufferedReader out = process.inputReader(UTF_8)) {
            int port = Integer.parseInt(out.readLine());
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress("127.0.0.1", port));
                idle.add(channel);
            }
            awaitLog(log, PAUSES);
            awaitRest(process);
            for (SocketChannel channel : idle) {
                channel.close();
            }
            BusClient<String, String> client = factory.newClient("127.0.0.1", port, String.class, String.class);
            assertEquals(List.of("a"), client.sendRequest(List.of("a")).recvResponse());
            List<String> lines = Files.readAllLines(log);
            assertEquals(1, lines.stream().filter(line -> line.contains(PAUSES)).count(), lines::toString);
            assertTrue(
                    lines.get(0).contains("maxConnections is 10000, but this process may open at most " + FILES),
                    lines::toString);
            assertEquals(2, lines.size(), lines::toString);
        } finally {
            process.destroyForcibly().waitFor();
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    /** The process may still be starting; a selector that tried all the time would not come to rest. */
    private static void awaitRest(Process process) throws IOException {
        long[] since = {System.nanoTime(), ticks(process)};
        Await.until("a second in which the server is at rest", Duration.ofSeconds(60), () -> {
            if (System.nanoTime() - since[0] < TimeUnit.SECONDS.toNanos(1)) {
                return false;
            }
            long used = ticks(process) - since[1];
            since[0] = System.nanoTime();
            since[1] += used;
            return used <= 15;
        });
    }

    private static void awaitLog(Path log, String text) {
        Await.until(
                text + " is logged in " + log,
                Duration.ofSeconds(60),
                () -> Files.readString(log).contains(text));
    }

    @Test
    void howManyFilesMayBeOpenIsKnown() {
        assertTrue(OpenFiles.limit() > FILES, OpenFiles.limit() + " files");
    }
}
