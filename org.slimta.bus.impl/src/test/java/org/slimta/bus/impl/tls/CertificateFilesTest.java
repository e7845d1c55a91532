package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.fixture.Await;

/** Certificates are reloaded, which delays nothing else, and the messages say what is wrong with a file. */
@Timeout(60)
class CertificateFilesTest {

    private static final Path FILES = Path.of("src/test/resources/tls");

    private final GatedFiles files = new GatedFiles();

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        replace("server");
    }

    private void replace(String name) throws IOException {
        Files.copy(FILES.resolve(name + ".pem"), folder.resolve("own.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(FILES.resolve(name + ".key"), folder.resolve("own.key"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Tls open() throws IOException {
        return Tls.of(
                TlsOptions.builder()
                        .certificate(files.of(folder.resolve("own.pem")))
                        .privateKey(files.of(folder.resolve("own.key")))
                        .build(),
                false);
    }

    /** Whose certificate a server shows now. */
    private static String subject(Tls server) {
        try {
            Tls client =
                    Tls.of(TlsOptions.builder().trust(FILES.resolve("ca.pem")).build(), true);
            SSLEngine asking = client.newEngine(InetSocketAddress.createUnresolved("localhost", 4025));
            Handshake.complete(asking, server.newEngine(null));
            return asking.getSession().getPeerPrincipal().getName();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void replacedFilesAreReadAgain() throws Exception {
        Tls tls = open();
        assertEquals("CN=server,O=Example", subject(tls));
        replace("server2");
        Await.until("they are read", () -> {
            tls.refresh("bus");
            return subject(tls).equals("CN=server 2,O=Example");
        });
    }

    @Test
    void aFileSystemThatDoesNotRespondDelaysNothingElse() throws Exception {
        Tls tls = open();
        AtomicInteger waiting = new AtomicInteger();
        CountDownLatch looked = new CountDownLatch(1);
        Semaphore answer = new Semaphore(0);
        files.whenLookedAt(() -> {
            waiting.incrementAndGet();
            looked.countDown();
            try {
                answer.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("nobody waits any more");
            }
        });
        Await.until("they are looked at", () -> {
            tls.refresh("bus");
            return looked.getCount() == 0;
        });
        long enough = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2500); // Enough for two checks.
        while (System.nanoTime() < enough) {
            tls.refresh("bus");
        }
        assertEquals(1, waiting.get(), "threads that wait for it");
        assertEquals("CN=server,O=Example", subject(tls), "connections are made meanwhile");
        replace("server2");
        files.whenLookedAt(() -> {});
        answer.release();
        Await.until("it answers again", () -> {
            tls.refresh("bus");
            return subject(tls).equals("CN=server 2,O=Example");
        });
    }

    /** Permissions can change without a change of time or size. */
    @Test
    void aFileThatCouldNotBeReadIsReadAgainThoughItLooksTheSame() throws Exception {
        Tls tls = open();
        CountDownLatch denied = new CountDownLatch(1);
        files.whenOpened(() -> {
            denied.countDown();
            throw new AccessDeniedException("own.pem");
        });
        replace("server2");
        Await.until("it cannot be read", () -> {
            tls.refresh("bus");
            return denied.getCount() == 0;
        });
        assertEquals("CN=server,O=Example", subject(tls));
        files.whenOpened(() -> {});
        Await.until("it is read", () -> {
            tls.refresh("bus");
            return subject(tls).equals("CN=server 2,O=Example");
        });
    }

    private void assertCannotBeRead(String... messages) {
        IOException failure = assertThrows(IOException.class, this::open);
        for (String message : messages) {
            assertTrue(failure.getMessage().contains(message), failure.getMessage());
        }
    }

    @Test
    void aFileWithoutPermissionIsReportedAsSuch() {
        files.whenOpened(() -> {
            throw new AccessDeniedException(folder.resolve("own.pem").toString());
        });
        assertCannotBeRead(
                "the file " + folder.resolve("own.pem") + " cannot be read: permission denied",
                "the user " + System.getProperty("user.name") + " of this JVM");
        files.whenOpened(() -> {});
        files.whenLookedAt(() -> {
            throw new AccessDeniedException(folder.resolve("own.pem").toString());
        });
        assertCannotBeRead("the file " + folder.resolve("own.pem") + " cannot be read: permission denied");
    }

    @Test
    void theMessageOfTheFileSystemIsPassedOn() {
        files.whenOpened(() -> {
            throw new FileSystemException("own.pem", null, "Stale file handle");
        });
        assertCannotBeRead("the file " + folder.resolve("own.pem") + " cannot be read: Stale file handle");
        files.whenOpened(() -> {
            throw new IOException("Input/output error");
        });
        assertCannotBeRead("the file " + folder.resolve("own.pem") + " cannot be read: Input/output error");
        files.whenOpened(() -> {
            throw new NotDirectoryException("own.pem");
        });
        assertCannotBeRead("the file " + folder.resolve("own.pem") + " cannot be read: NotDirectoryException");
    }

    @Test
    void aRelativePathIsReportedWithItsFolder() {
        IOException failure = assertThrows(
                IOException.class,
                () -> Tls.of(
                        TlsOptions.builder()
                                .certificate(Path.of("etc/tls/missing.pem"))
                                .privateKey(Path.of("etc/tls/missing.key"))
                                .build(),
                        false));
        assertEquals(
                "there is no file etc/tls/missing.pem ("
                        + Path.of("etc/tls/missing.pem").toAbsolutePath() + ")",
                failure.getMessage());
    }

    @Test
    void aFolderIsNotAFile() throws Exception {
        Files.delete(folder.resolve("own.key"));
        Files.createDirectory(folder.resolve("own.key"));
        assertCannotBeRead("the file " + folder.resolve("own.key") + " cannot be read: not a regular file");
    }

    @Test
    void aDamagedFileIsReported() throws Exception {
        Files.writeString(folder.resolve("own.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertCannotBeRead("the file " + folder.resolve("own.pem") + " is damaged");
        replace("server");
        Files.writeString(folder.resolve("own.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertCannotBeRead("own.key");
        Files.writeString(
                folder.resolve("own.key"),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        IOException failure = assertThrows(
                IOException.class,
                () -> Tls.of(
                        TlsOptions.builder()
                                .certificate(folder.resolve("own.pem"))
                                .privateKey(folder.resolve("own.key"))
                                .password("secret")
                                .build(),
                        false));
        assertTrue(
                failure.getMessage().contains("the private key in " + folder.resolve("own.key")), failure.getMessage());
    }

    @Test
    void aWrongPasswordIsReportedAsSuch() {
        IOException failure = assertThrows(
                IOException.class,
                () -> Tls.of(
                        TlsOptions.builder()
                                .keyStore(FILES.resolve("server.p12"))
                                .password("wrong")
                                .build(),
                        false));
        assertTrue(
                failure.getMessage()
                        .startsWith(
                                "the key store src/test/resources/tls/server.p12 cannot be read: the password is wrong"),
                failure.getMessage());
        failure = assertThrows(
                IOException.class,
                () -> Tls.of(
                        TlsOptions.builder()
                                .keyStore(FILES.resolve("server.p12"))
                                .build(),
                        false));
        assertTrue(
                failure.getMessage().contains("server.p12 cannot be read: no password is set"), failure.getMessage());
        failure = assertThrows(
                IOException.class,
                () -> Tls.of(
                        TlsOptions.builder()
                                .certificate(FILES.resolve("rsa.pem"))
                                .privateKey(FILES.resolve("rsa-encrypted.key"))
                                .password("wrong")
                                .build(),
                        false));
        assertTrue(
                failure.getMessage().contains("rsa-encrypted.key could not be decrypted: the password is wrong"),
                failure.getMessage());
    }

    private Tls openWithPasswordFile(Path file) throws IOException {
        return Tls.of(
                TlsOptions.builder()
                        .certificate(FILES.resolve("rsa.pem"))
                        .privateKey(FILES.resolve("rsa-encrypted.key"))
                        .passwordFile(file)
                        .build(),
                false);
    }

    @Test
    void aPasswordMayBeTheFirstLineOfAFile() throws Exception {
        Path file = folder.resolve("password");
        for (String text : new String[] {"secret", "secret\n", "secret\r\nsecond line\n"}) {
            Files.writeString(file, text);
            assertEquals("CN=rsa,O=Example", subject(openWithPasswordFile(file)));
        }
        Files.writeString(file, "secret");
        Tls store = Tls.of(
                TlsOptions.builder()
                        .keyStore(FILES.resolve("server.p12"))
                        .passwordFile(file)
                        .build(),
                false);
        assertEquals("CN=server,O=Example", subject(store));
    }

    @Test
    void aPasswordFileThatCannotBeUsedIsReported() throws Exception {
        Path file = folder.resolve("password");
        IOException failure = assertThrows(IOException.class, () -> openWithPasswordFile(file));
        assertEquals("there is no file " + file, failure.getMessage());
        Files.writeString(file, "\nsecret");
        failure = assertThrows(IOException.class, () -> openWithPasswordFile(file));
        assertEquals(
                "the password file " + file + " is empty; its first line must be the password", failure.getMessage());
        Files.writeString(file, "wrong");
        failure = assertThrows(IOException.class, () -> openWithPasswordFile(file));
        assertTrue(
                failure.getMessage().contains("rsa-encrypted.key could not be decrypted: the password is wrong"),
                failure.getMessage());
    }

    /** A key is replaced together with its password. */
    @Test
    void aChangedPasswordFileIsReadAgain() throws Exception {
        Path file = folder.resolve("password");
        Files.writeString(file, "nothing");
        Tls tls = Tls.of(
                TlsOptions.builder()
                        .certificate(folder.resolve("own.pem"))
                        .privateKey(folder.resolve("own.key"))
                        .passwordFile(file)
                        .build(),
                false);
        Files.copy(FILES.resolve("rsa.pem"), folder.resolve("own.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(FILES.resolve("rsa-encrypted.key"), folder.resolve("own.key"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(file, "secret");
        Await.until("they are read", () -> {
            tls.refresh("bus");
            return subject(tls).equals("CN=rsa,O=Example");
        });
    }

    /** Two engines in one thread. */
    private static final class Handshake {

        private Handshake() {}

        static void complete(SSLEngine client, SSLEngine server) throws SSLException {
            ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
            ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
            client.beginHandshake();
            server.beginHandshake();
            for (int i = 0; i < 1000; i++) {
                step(client, toServer, toClient);
                step(server, toClient, toServer);
                if (isDone(client) && isDone(server)) {
                    assertNotNull(client.getSession().getPeerCertificates());
                    return;
                }
            }
            throw new SSLException("no handshake");
        }

        private static boolean isDone(SSLEngine engine) {
            return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
        }

        private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    Runnable task;
                    while ((task = engine.getDelegatedTask()) != null) {
                        task.run();
                    }
                }
                case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
                default -> {
                    in.flip();
                    engine.unwrap(in, ByteBuffer.allocate(1 << 16));
                    in.compact();
                }
            }
        }
    }
}
