package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.RawPeer;

/** The client and the server in Python ask, and say, what became of requests whose connection broke. */
class PythonAskTest extends PythonPeerFixture {

    private static final String OFFER = " can=\"ask\" client=\"one\"";

    private static String probe(long tx) {
        return "<requests tx=\"" + tx + "\"" + OFFER + " probe=\"true\"></requests>";
    }

    private static String proven(long tx, String server) {
        return "<responses tx=\"" + tx + "\" can=\"ask\" server=\"" + server + "\"></responses>";
    }

    private static String ask(String numbers, int epoch) {
        return "<control ask=\"" + numbers + "\" epoch=\"" + epoch + "\"/>";
    }

    /** Requests with further attributes. */
    private static String requests(long tx, String attributes, String text) {
        return RawPeer.requests(tx, text).replaceFirst("\"[^>]*>", "\"" + tx + "\"" + attributes + ">");
    }

    /** Proves a connection, and returns the name of the server. */
    private static String prove(RawPeer client, long tx) throws Exception {
        client.send(probe(tx));
        String answer = client.receive();
        String name = answer.replaceFirst(".* server=\"(\\S*)\".*", "$1");
        assertEquals(proven(tx, name), answer);
        return name;
    }

    @Test
    void itsServerSaysWhatBecameOfRequests() throws Exception {
        try (Served server = serveInPython(100);
                RawPeer first = server.connect();
                RawPeer second = server.connect()) {
            String name = prove(first, 1);
            first.send(RawPeer.requests(2, "answered"));
            assertEquals(RawPeer.responses(2, "answered"), first.receive());
            first.send(RawPeer.requests(3, "wait"));
            server.python().await("waiting");

            assertEquals(name, prove(second, 5));
            second.send(ask("2 3 4", 1));
            assertEquals(RawPeer.responses(2, "answered"), second.receive());
            assertEquals("<control working=\"3\"/>", second.receive());
            assertEquals("<control unknown=\"4\"/>", second.receive());

            first.send(RawPeer.requests(4, "late"));
            assertEquals("<control back=\"4\"/>", first.receive());
            first.send(ask("3", 0), "<control ping=\"1\"/>");
            assertEquals("<control working=\"3\"/>", first.receive());
            assertEquals("<control pong=\"1\"/>", first.receive());
            first.hangUp();
            server.python().tell("go");
            assertEquals(RawPeer.responses(3, "wait"), second.receive());

            second.send(requests(6, " epoch=\"1\" seen=\"2\"", "next"));
            assertEquals(RawPeer.responses(6, "next"), second.receive());
            second.send(ask("2", 2), ask("3", 3));
            assertEquals("<control forgotten=\"2\"/>", second.receive());
            assertEquals(RawPeer.responses(3, "wait"), second.receive());

            server.python().tell("count");
            assertEquals("3 different 3", server.python().await("seen "));
        }
    }

    @Test
    void itsServerIsCertainOfNothingBelowTheFirstNumber() throws Exception {
        try (Served server = serveInPython(100);
                RawPeer client = server.connect()) {
            prove(client, 7);
            client.send(ask("6 8", 1));
            assertEquals("<control unknown=\"8\"/>", client.receive());
            assertEquals("<control forgotten=\"6\"/>", client.receive());
        }
    }

    @Test
    void itsServerDoesNotHandleWhatIsCancelledWhileItWaits() throws Exception {
        int handlers = 16;
        try (Served server = serveInPython(100);
                RawPeer client = server.connect()) {
            prove(client, 1);
            for (int i = 0; i < handlers; i++) {
                client.send(RawPeer.requests(2 + i, "wait"));
                server.python().await("waiting");
            }
            client.send(RawPeer.requests(50, "cancelled"), "<control cancel=\"50\"/>", "<control ping=\"1\"/>");
            assertEquals("<control pong=\"1\"/>", client.receive());
            server.python().tell("go");
            for (int i = 0; i < handlers; i++) {
                client.receive();
            }
            client.send(RawPeer.requests(51, "last"));
            assertEquals(RawPeer.responses(51, "last"), client.receive());
            client.send(ask("50", 1));
            assertEquals("<control unknown=\"50\"/>", client.receive());
            server.python().tell("count");
            assertEquals(handlers + 1 + " different 2", server.python().await("seen "));
        }
    }

    @Test
    void itsClientAsksTheServerThatHadTheRequest() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                PythonPeer python = new PythonPeer("asks", listener.getLocalPort(), "")) {
            String name;
            try (RawPeer server = new RawPeer(listener.accept())) {
                String first = server.receive();
                assertTrue(first.matches("<requests tx=\"1\" ttl=\"\\d+\" can=\"ask\" client=\"\\S{22}\">.*"), first);
                name = first.replaceFirst(".* client=\"(\\S+)\".*", "$1");
                server.send(proven(1, "S1").replace("><", "><text>first</text><"));
                String lost = server.receive();
                assertTrue(lost.matches("<requests tx=\"2\" ttl=\"\\d+\" seen=\"1\"><text>again</text>.*"), lost);
            }
            try (RawPeer server = new RawPeer(listener.accept())) {
                String probe = server.receive();
                assertTrue(probe.startsWith("<requests tx=\"3\"") && probe.contains("client=\"" + name + "\""), probe);
                assertTrue(probe.endsWith(" probe=\"true\"></requests>"), probe);
                server.send(proven(3, "S1"));
                assertEquals(ask("2", 1), server.receive());
                server.send("<control unknown=\"2\"/>");
                String again = server.receive();
                assertTrue(
                        again.startsWith("<requests tx=\"4\"") && again.contains(" epoch=\"1\"><text>again<"), again);
                server.send("<control back=\"4\"/>");
                assertEquals(5, RawPeer.tx(server.receive()));
                server.send(RawPeer.responses(5, "again"));
                assertEquals(6, RawPeer.tx(server.receive()));
            }
            try (RawPeer server = new RawPeer(listener.accept())) {
                assertEquals(7, RawPeer.tx(server.receive()));
                server.send(proven(7, "S1"));
                assertEquals(ask("6", 2), server.receive());
                server.send("<control working=\"6\"/>", "<control drain=\"true\"/>", "<control drain=\"true\"/>");
            }
            try (RawPeer server = new RawPeer(listener.accept())) {
                assertEquals(8, RawPeer.tx(server.receive()));
                server.send(proven(8, "S1"));
                assertEquals(ask("6", 3), server.receive());
                server.send(RawPeer.responses(6, "drained"));
                assertEquals(9, RawPeer.tx(server.receive()));
            }
            try (RawPeer server = new RawPeer(listener.accept())) {
                assertEquals(10, RawPeer.tx(server.receive()));
                server.send(proven(10, "S2"));
                python.await("done");
            }
        }
    }

    @Test
    void nothingIsLostOrHandledTwiceHoweverOftenConnectionsAreCut() throws Exception {
        int each = 150;
        try (PythonPeer python = new PythonPeer("cut", 0, each)) {
            assertTrue(Integer.parseInt(python.await("cuts ")) >= 5);
            int all = 8 * each + 1;
            assertEquals(all + " different " + all, python.await("seen "));
        }
    }
}
