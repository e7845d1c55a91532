package org.slimta.bus.impl.socket;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slimta.bus.impl.transport.FakeConnection;

/** The line between a client and a server without sockets: a test carries what the one sends to the other. */
final class FakeLine {

    private final FakeConnection client;
    private final FakeConnection server;
    private final Deque<String> unread = new ArrayDeque<>();
    private boolean heldUp;

    FakeLine(FakeConnection client, FakeConnection server) {
        this.client = client;
        this.server = server;
    }

    /** Carries what was sent, in both directions, until there is no more. A server that does not read gets nothing. */
    void carry() {
        boolean more = true;
        while (more) {
            more = false;
            unread.addAll(client.takeSent());
            while (!unread.isEmpty() && !server.isPaused()) {
                server.arrive(unread.remove());
                more = true;
            }
            heldUp |= !unread.isEmpty();
            for (String xml : server.takeSent()) {
                client.arrive(xml);
                more = true;
            }
        }
    }

    /** Ends the connection of both. */
    void cut() {
        client.hangUp();
        server.hangUp();
    }

    /** Whether the server has not read all that was there for it, at some time. */
    boolean wasHeldUp() {
        return heldUp;
    }
}
