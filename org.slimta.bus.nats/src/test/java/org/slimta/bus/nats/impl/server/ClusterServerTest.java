package org.slimta.bus.nats.impl.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.nats.impl.cluster.FakeCluster;
import org.slimta.bus.nats.impl.cluster.FakeCluster.Published;
import org.slimta.bus.spi.Frames;
import org.slimta.bus.spi.RememberedClient.Answer;

/** A server over a cluster, with clients that the test plays, and time that it moves. */
class ClusterServerTest {

    private static final String P = "slimta.bus.relay.";
    private static final String CLIENT = P + "c.edge.C.";

    private final FakeCluster cluster = new FakeCluster();
    private final FakeServer server = new FakeServer();
    private final ClusterServer carrier = new ClusterServer(
            cluster, new ServerSettings("relay", ServerSettings.DEFAULT_PRESENCE_INTERVAL), "slimta.bus", server);
    private final String own = cluster.subjects().get(0);

    private void request(long number, String text) {
        cluster.deliver(own, CLIENT + number, text.getBytes(UTF_8));
    }

    private void tell(String... attributes) {
        cluster.deliver(own, CLIENT + "k.x", Frames.control(attributes));
    }

    private Set<String> received() {
        return server.received().keySet();
    }

    private List<Published> presence() {
        return cluster.take(message -> message.subject().equals(P + "news"));
    }

    /** What was told to the client with a word. */
    private List<String> told(String word) {
        return cluster.take(message -> message.control().containsKey(word)).stream()
                .map(message -> message.control().get(word))
                .toList();
    }

    @Test
    void aServerTellsThatItIsThereAndWhatRoomItHas() {
        Published hello = presence().get(0);
        assertEquals("10", hello.control().get("room"));
        assertEquals("nats://n1", hello.control().get("node"));
        assertTrue(own.endsWith("." + hello.control().get("hello")), own);
        cluster.pass(Duration.ofMillis(6100));
        assertEquals(3, presence().size());
    }

    @Test
    void whoeverAsksIsAnsweredAlone() {
        cluster.take();
        cluster.deliver(P + "who", CLIENT + "w", Frames.control("who", "C"));
        List<Published> answers = cluster.take();
        assertEquals(1, answers.size());
        assertTrue(
                answers.get(0).subject().startsWith(CLIENT + "k."),
                answers.get(0).subject());
    }

    @Test
    void aReplyGoesToTheAddressOfItsRequestWithTheRoomThatIsLeft() {
        request(5, "x.");
        assertEquals("edge", server.owner());
        cluster.take();
        server.setRoom(3);
        server.received().get("x.").reply(FakeServer.reply("ok"));
        Published reply = cluster.take().get(0);
        assertEquals(CLIENT + "5.3", reply.subject());
        assertEquals("ok", new String(reply.data(), UTF_8));
    }

    @Test
    void aFrameThatIsNotCompleteIsRefused() {
        request(5, "x");
        String reply = new String(
                cluster.take(message -> message.subject().startsWith(CLIENT + "5"))
                        .get(0)
                        .data(),
                UTF_8);
        assertTrue(reply.contains("<responses tx=\"5\" error=\"malformed\""), reply);
    }

    @Test
    void questionsAreAnsweredEachWithItsWord() {
        request(1, "x.");
        server.answer(1, Answer.WORKING);
        server.answer(2, Answer.REPLIED);
        server.answer(3, Answer.FORGOTTEN);
        cluster.take();
        tell("ask", "1 2 3 4", "epoch", "7");
        List<Published> answers = cluster.take();
        assertEquals("1", answers.get(0).control().get("working"));
        assertEquals("4", answers.get(1).control().get("unknown"));
        assertEquals("3", answers.get(2).control().get("forgotten"));
        assertEquals(3, answers.size());
    }

    @Test
    void aQuestionWithoutAnEpochIsNone() {
        cluster.take();
        tell("ask", "1");
        assertEquals(List.of(), cluster.take());
    }

    @Test
    void clientsLearnWhatIsBeingProcessed() {
        request(1, "x.");
        server.setUnanswered(List.of(1L, 2L));
        cluster.take();
        cluster.pass(Duration.ofMillis(1050));
        assertEquals(List.of("1 2", "1 2"), told("working"));
    }

    @Test
    void roomIsToldAgainAsSoonAsThereIsSomeForThoseWhoHeardThatThereIsNone() {
        request(1, "x.");
        server.setRoom(0);
        server.received().get("x.").reply(FakeServer.reply("ok"));
        cluster.take();
        cluster.pass(Duration.ofMillis(200));
        assertEquals(0, presence().size());
        server.setRoom(4);
        cluster.pass(Duration.ofMillis(60));
        assertEquals("4", presence().get(0).control().get("room"));
    }

    @Test
    void givingBackIsTold() {
        request(1, "x.");
        cluster.take();
        server.received().get("x.").giveBack();
        assertEquals(List.of("1"), told("back"));
        BusDTO bus = new BusDTO();
        carrier.report(bus);
        assertEquals(1, bus.givenBack);
        assertEquals(1, bus.peers);
    }

    @Test
    void aLateRequestIsHeldBackUntilItsClientStillWantsIt() {
        request(1, "early.");
        cluster.take();
        cluster.standStill(Duration.ofSeconds(10));
        request(2, "wanted.");
        request(3, "unwanted.");
        assertEquals(List.of("2", "3"), told("wanted"));
        assertEquals(Set.of("early."), received());
        cluster.pass(Duration.ofMillis(300));
        assertEquals(Set.of("2 3"), Set.copyOf(told("wanted")));
        tell("yes", "2");
        tell("no", "3");
        assertEquals(Set.of("early.", "wanted."), received());
        assertEquals(List.of(3L), server.cancelled());
        cluster.pass(Duration.ofMillis(2000));
        request(4, "after.");
        assertEquals(Set.of("early.", "wanted.", "after."), received());
    }

    @Test
    void whatIsHeldBackIsUnknownToAQuestionAndNotProcessedThen() {
        cluster.standStill(Duration.ofSeconds(10));
        request(2, "late.");
        cluster.take();
        tell("ask", "2", "epoch", "1");
        assertEquals(List.of("2"), told("unknown"));
        tell("yes", "2");
        assertEquals(Set.of(), received());
    }

    @Test
    void afterAReconnectionRequestsMayBeLate() {
        cluster.lose();
        cluster.connect();
        request(2, "late.");
        assertEquals(Set.of(), received());
    }

    @Test
    void aLargeRequestIsTakenInChunksWithCredit() {
        String offers = own + ".o";
        cluster.take();
        cluster.deliver(offers, CLIENT + "o.9", Frames.control("offer", "9", "size", "6", "epoch", "0"));
        Published credit = cluster.take().get(0);
        assertEquals("9", credit.control().get("credit"));
        assertEquals("0", credit.control().get("got"));
        cluster.large().deliver(own + ".d.0", CLIENT + "c.9", "abc".getBytes(UTF_8));
        cluster.large().deliver(own + ".d.3", CLIENT + "c.9", "de.".getBytes(UTF_8));
        assertEquals(Set.of("abcde."), received());
        assertEquals("6", cluster.take().get(0).control().get("got"));
    }

    @Test
    void aQuestionAboutALargeRequestThatArrivesIsAnsweredWithCredit() {
        cluster.deliver(own + ".o", CLIENT + "o.9", Frames.control("offer", "9", "size", "6", "epoch", "0"));
        cluster.large().deliver(own + ".d.0", CLIENT + "c.9", "abc".getBytes(UTF_8));
        cluster.take();
        tell("ask", "9", "epoch", "1");
        List<Published> answers = cluster.take();
        assertEquals("3", answers.get(0).control().get("got"));
        assertEquals(1, answers.size());
    }

    @Test
    void aLargeRequestIsGivenBackIfThereIsNoRoomForIt() {
        server.setMemoryRoom(1000);
        cluster.deliver(own + ".o", CLIENT + "o.9", Frames.control("offer", "9", "size", "1001", "epoch", "0"));
        assertEquals(List.of("9"), told("back"));
        server.setMemoryRoom(2000);
        server.setRoom(0);
        cluster.deliver(own + ".o", CLIENT + "o.10", Frames.control("offer", "10", "size", "1001", "epoch", "0"));
        assertEquals(List.of("10"), told("back"));
    }

    @Test
    void aLargeReplyIsOfferedAndSentAsFarAsTheClientAllows() {
        request(5, "x.");
        cluster.take();
        server.received().get("x.").reply(FakeServer.reply("y".repeat(300_000)));
        assertEquals(List.of("5"), told("offer"));
        tell("credit", "5", "got", "0", "upto", "1");
        Published chunk = cluster.large().take().get(0);
        assertEquals(CLIENT + "d.5.0", chunk.subject());
        tell("ask", "5", "epoch", "1");
        assertEquals(List.of(), told("unknown"));
        tell("cancel", "5");
        tell("credit", "5", "got", "0", "upto", "300000");
        assertEquals(List.of(), cluster.large().take());
    }

    @Test
    void aClientThatLeavesIsForgotten() {
        request(5, "x.");
        tell("bye", "C");
        assertTrue(server.hasLeft());
    }

    @Test
    void anotherUserCannotUseTheIdentityOfAClient() {
        request(5, "x.");
        cluster.take();
        cluster.deliver(own, P + "c.mallory.C.6", "y.".getBytes(UTF_8));
        assertEquals(Set.of("x."), received());
        Published back = cluster.take().get(0);
        assertTrue(back.subject().startsWith(P + "c.mallory.C.k."), back.subject());
    }

    @Test
    void nonsenseIsIgnored() {
        cluster.take();
        cluster.deliver(own, null, "x.".getBytes(UTF_8));
        cluster.deliver(own, "elsewhere.c.edge.C.1", "x.".getBytes(UTF_8));
        cluster.deliver(own, P + "c.edge", "x.".getBytes(UTF_8));
        cluster.deliver(own, P + "c..C.1", "x.".getBytes(UTF_8));
        cluster.deliver(own, CLIENT + "k.x", "x.".getBytes(UTF_8));
        cluster.deliver(own + ".o", CLIENT + "o.x", new byte[0]);
        assertEquals(Set.of(), received());
        assertEquals(List.of(), cluster.take());
    }

    @Test
    void closingSaysByeAndLeavesNoSubscription() {
        cluster.take();
        carrier.stop();
        assertEquals(1, told("bye").size());
        cluster.pass(Duration.ofSeconds(5));
        assertEquals(0, presence().size());
        request(7, "late.");
        tell("ack", "x");
        assertTrue(closingTime().compareTo(Duration.ofMillis(400)) < 0, "it waits for quiet alone");
        assertEquals(List.of(), cluster.subjects());
    }

    private Duration closingTime() {
        long before = cluster.now();
        carrier.close();
        return Duration.ofNanos(cluster.now() - before);
    }

    @Test
    void closingWaitsUntilClientsHaveHeardThatTheServerLeaves() {
        request(7, "x.");
        carrier.stop();
        cluster.pass(Duration.ofSeconds(5));
        cluster.take();
        cluster.every(Duration.ofMillis(600), () -> tell("ack", "x"));
        Duration time = closingTime();
        assertTrue(
                time.compareTo(Duration.ofMillis(600)) >= 0 && time.compareTo(Duration.ofMillis(800)) < 0, "" + time);
        assertEquals(2, told("bye").size());
    }

    @Test
    void closingDoesNotWaitLongForAClientThatSaysNothing() {
        request(7, "x.");
        carrier.stop();
        cluster.pass(Duration.ofSeconds(5));
        assertEquals(1500, closingTime().toMillis());
    }

    @Test
    void closingDoesNotWaitForClientsThatWereNotHeardOfForLong() {
        request(7, "x.");
        cluster.pass(Duration.ofSeconds(61));
        carrier.stop();
        assertTrue(closingTime().compareTo(Duration.ofMillis(100)) < 0);
    }
}
