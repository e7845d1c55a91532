package org.slimta.bus.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.felix.service.command.CommandSession;

/** As much of a session as the commands use. Its client may lose its connection, which the console alone notices. */
final class FakeSession {

    private final AtomicBoolean gone = new AtomicBoolean();
    private final CommandSession session;

    FakeSession(Path folder) {
        PrintStream console = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                flush();
            }

            @Override
            public void flush() throws IOException {
                if (gone.get()) {
                    throw new IOException("the client is gone");
                }
            }
        });
        session = (CommandSession) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {CommandSession.class},
                (proxy, method, given) -> switch (method.getName()) {
                    case "currentDir" -> folder;
                    case "getConsole" -> console;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    CommandSession session() {
        return session;
    }

    void loseClient() {
        gone.set(true);
    }
}
