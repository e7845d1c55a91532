package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressesTest {

    private List<InetSocketAddress> found;
    private Throwable failure;

    private static InetAddress address(int number) throws UnknownHostException {
        return InetAddress.getByName(number < 10 ? "192.0.2." + number : "2001:db8::" + number);
    }

    private static List<InetAddress> addresses(int... numbers) throws UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        for (int number : numbers) {
            all.add(address(number));
        }
        return all;
    }

    private void ask(ServerAddresses of) {
        found = null;
        failure = null;
        of.ask((all, why) -> {
            found = all;
            failure = why;
        });
    }

    private static ServerAddresses named(NameResolver resolver) {
        return new ServerAddresses("server.example", 25, resolver, new Lookups(Runnable::run));
    }

    @Test
    void theVersionsOfIpTakeTurnsBeginningWithThatOfTheFirst() throws Exception {
        assertEquals(addresses(1, 11, 2, 12, 3), ServerAddresses.order(addresses(1, 2, 3, 11, 12), null));
        assertEquals(addresses(11, 1, 12, 2), ServerAddresses.order(addresses(11, 12, 1, 2), null));
    }

    @Test
    void theOneThatWasReachedLastComesFirst() throws Exception {
        List<InetAddress> known = addresses(1, 2, 11);
        ServerAddresses server = named(host -> known);
        ask(server);
        assertEquals(new InetSocketAddress(address(1), 25), found.get(0));
        server.reached(address(2));
        ask(server);
        assertEquals(
                List.of(
                        new InetSocketAddress(address(2), 25),
                        new InetSocketAddress(address(1), 25),
                        new InetSocketAddress(address(11), 25)),
                found);
        assertEquals(addresses(1), ServerAddresses.order(addresses(1), address(2)), "it may be gone from DNS");
    }

    @Test
    void anUnknownHostIsReportedAsSuch() {
        ask(named(host -> {
            throw new UnknownHostException(host);
        }));
        assertInstanceOf(UnknownHostException.class, failure);
        ask(named(host -> List.of()));
        assertInstanceOf(UnknownHostException.class, failure);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "192.0.2.255", "::1", "2001:db8::1"})
    void nobodyIsAskedForAnAddress(String host) {
        Lookups none = new Lookups(task -> {
            throw new AssertionError("a look-up of " + host);
        });
        ask(new ServerAddresses(host, 25, NameResolver.SYSTEM, none));
        assertNotNull(found);
        assertEquals(25, found.get(0).getPort());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "1.2.3",
                "1.2.3.x",
                "1234.1.1.1",
                "1..2.3",
                "1.2.3.4.5",
                "",
                "1.2.3.",
                "\u0661.2.3.4",
                "10.0.0.300",
                "256.1.1.1",
                "server:1",
                "zz::1"
            })
    void everythingElseIsAName(String host) {
        assertEquals(false, ServerAddresses.isLiteral(host));
    }

    @Test
    void aMalformedAddressIsReportedWithoutALookup() {
        ask(new ServerAddresses("::zz", 25, NameResolver.SYSTEM, null));
        assertInstanceOf(UnknownHostException.class, failure);
    }
}
