package org.slimta.bus.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.felix.service.command.CommandSession;

/** The part of a session that the commands use. Its client can lose its connection, which only the console shows. */
final class FakeSession {

    private final AtomicBoolean disconnected = new AtomicBoolean();
    private final CommandSession session;

    FakeSession(Path directory) {
        PrintStream console = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                flush();
            }

            @Override
            public void flush() throws IOException {
                if (disconnected.get()) {
                    throw new IOException("the client is disconnected");
                }
            }
        });
        session = (CommandSession) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {CommandSession.class},
                (proxy, method, given) -> switch (method.getName()) {
                    case "currentDir" -> directory;
                    case "getConsole" -> console;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    CommandSession session() {
        return session;
    }

    void disconnect() {
        disconnected.set(true);
    }
}
