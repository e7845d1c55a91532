package org.slimta.bus.nats.impl.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.nats.impl.cluster.FakeCluster;
import org.slimta.bus.nats.impl.cluster.FakeCluster.Published;
import org.slimta.bus.spi.Frames;

/** A client over a cluster, with servers that the test plays, and time that it moves. */
class ClusterClientTest {

    private static final String P = "slimta.bus.relay.";

    private final FakeCluster cluster = new FakeCluster();
    private final ClusterClient client = new ClusterClient(
            cluster,
            new ClientSettings("relay", ClientSettings.DEFAULT_SILENCE_TIMEOUT, ClientSettings.DEFAULT_LOST_TIMEOUT),
            "slimta.bus",
            "edge");

    private void hello(String sid, int room) {
        cluster.deliver(P + "news", null, Frames.control("hello", sid, "room", "" + room, "node", "n1"));
    }

    private FakeRequest send() {
        return send(new FakeRequest(client));
    }

    private FakeRequest send(FakeRequest request) {
        client.send(request);
        return request;
    }

    private static boolean isRequest(Published message) {
        return message.subject().startsWith(P + "s.") && message.control().isEmpty();
    }

    /** The one request that was published. */
    private Published sent() {
        List<Published> requests = cluster.take(ClusterClientTest::isRequest);
        assertEquals(1, requests.size());
        return requests.get(0);
    }

    private void nothingIsSent() {
        assertEquals(List.of(), cluster.take(ClusterClientTest::isRequest));
    }

    private void respond(Published request, String text) {
        cluster.deliver(request.replyTo() + ".5", null, text.getBytes(UTF_8));
    }

    /** A control message of a server to this client. */
    private void tell(String sid, String... attributes) {
        cluster.deliver(own() + "k." + sid, null, Frames.control(attributes));
    }

    private String own() {
        String subject = cluster.subjects().get(0);
        return subject.substring(0, subject.length() - 1);
    }

    private static String sidOf(Published request) {
        return request.subject().substring((P + "s.").length());
    }

    @Test
    void aClientThatComesAsksWhoIsThere() {
        Published who = cluster.take().get(0);
        assertEquals(P + "who", who.subject());
        assertTrue(who.replyTo().startsWith(P + "c.edge."), who.replyTo());
    }

    @Test
    void aRequestWaitsForAServerAndGoesToIt() {
        FakeRequest request = send();
        nothingIsSent();
        assertTrue(client.waitingFor().contains("no server of relay is there"), client.waitingFor());
        hello("A", 10);
        assertNull(client.waitingFor());
        Published sent = sent();
        assertEquals(P + "s.A", sent.subject());
        assertEquals(own() + request.number(), sent.replyTo());
        respond(sent, "ok");
        assertEquals("ok", request.responded());
        respond(sent, "once more");
        assertEquals("ok", request.responded());
    }

    @Test
    void theServerWithTheFewestInFlightIsChosen() {
        hello("A", 10);
        hello("B", 10);
        send();
        String first = sidOf(sent());
        send();
        assertFalse(sidOf(sent()).equals(first));
    }

    @Test
    void aServerWithoutRoomGetsNothingUntilItTellsMore() {
        hello("A", 1);
        send();
        Published first = sent();
        FakeRequest second = send();
        nothingIsSent();
        respond(first, "ok"); // With room for five.
        assertEquals(own() + second.number(), sent().replyTo());
    }

    @Test
    void requestsLeaveInTheirOrder() {
        FakeRequest first = send();
        FakeRequest second = send();
        hello("A", 10);
        List<Published> sent = cluster.take(ClusterClientTest::isRequest);
        assertEquals(
                List.of(own() + first.number(), own() + second.number()),
                sent.stream().map(Published::replyTo).toList());
    }

    @Test
    void whatWasDeliveredToNobodyGoesElsewhereUnderANewNumber() {
        hello("A", 10);
        FakeRequest request = send();
        Published sent = sent();
        long number = request.number();
        hello("B", 10);
        cluster.deliverUndelivered(sent.replyTo());
        Published again = sent();
        assertEquals(P + "s.B", again.subject());
        assertTrue(request.number() > number);
        respond(sent, "late");
        assertEquals("", request.responded());
    }

    @Test
    void anUndeliveredQuestionProvesNothing() {
        hello("A", 10);
        FakeRequest request = send();
        Published sent = sent();
        cluster.deliverUndelivered(own() + "k.A");
        nothingIsSent();
        respond(sent, "ok");
        assertEquals("ok", request.responded());
    }

    @Test
    void whatIsGivenBackGoesToAnotherServerAndTheFirstGetsNoMore() {
        hello("A", 10);
        FakeRequest request = send();
        sent();
        hello("B", 10);
        tell("A", "back", "" + request.number());
        assertEquals(P + "s.B", sent().subject());
        send();
        assertEquals(P + "s.B", sent().subject());
    }

    @Test
    void onlyTheServerThatHasARequestCanGiveItBack() {
        hello("A", 10);
        hello("B", 10);
        FakeRequest request = send();
        String other = sidOf(sent()).equals("A") ? "B" : "A";
        tell(other, "back", "" + request.number());
        tell(other, "unknown", "" + request.number());
        nothingIsSent();
    }

    @Test
    void afterASilenceTheServerIsAskedWithARisingEpoch() {
        hello("A", 10);
        FakeRequest request = send();
        assertTrue(new String(sent().data(), UTF_8).startsWith(request.number() + "@0 "));
        cluster.pass(Duration.ofMillis(900));
        assertEquals(List.of(), cluster.take(message -> message.control().containsKey("ask")));
        cluster.pass(Duration.ofMillis(700));
        List<Published> asked = cluster.take(message -> message.control().containsKey("ask"));
        assertEquals(2, asked.size());
        assertEquals(P + "s.A", asked.get(0).subject());
        assertEquals("" + request.number(), asked.get(0).control().get("ask"));
        assertEquals("1", asked.get(0).control().get("epoch"));
        assertEquals("2", asked.get(1).control().get("epoch"));
        tell("A", "unknown", "" + request.number());
        assertTrue(new String(sent().data(), UTF_8).startsWith(request.number() + "@2 "));
    }

    @Test
    void aServerThatWorksIsNotAsked() {
        hello("A", 10);
        FakeRequest request = send();
        cluster.take();
        for (int i = 0; i < 20; i++) {
            cluster.pass(Duration.ofMillis(500));
            tell("A", "working", "" + request.number());
        }
        assertEquals(List.of(), cluster.take(message -> message.control().containsKey("ask")));
        assertFalse(request.isDone());
    }

    @Test
    void whatWasForgottenIsClosed() {
        hello("A", 10);
        FakeRequest request = send();
        tell("A", "forgotten", "" + request.number());
        assertEquals(Reason.CLOSED, request.reason());
    }

    @Test
    void aServerThatIsNotHeardOfLosesWhatItHas() {
        hello("A", 10);
        FakeRequest request = send();
        cluster.pass(Duration.ofMillis(2900));
        assertFalse(request.isDone());
        cluster.pass(Duration.ofMillis(300));
        assertEquals(Reason.CLOSED, request.reason());
        assertTrue(request.what().contains("nats server A"), request.what());
        assertTrue(request.what().contains("3000 ms (lostTimeout)"), request.what());
    }

    @Test
    void whileTheOwnConnectionIsAwayNoServerIsGivenUp() {
        hello("A", 10);
        FakeRequest request = send();
        cluster.take();
        cluster.lose();
        cluster.pass(Duration.ofSeconds(20));
        assertFalse(request.isDone());
        cluster.connect();
        assertEquals(
                1, cluster.take(message -> message.control().containsKey("ask")).size());
        cluster.pass(Duration.ofMillis(2900));
        assertFalse(request.isDone());
        cluster.pass(Duration.ofMillis(300));
        assertEquals(Reason.CLOSED, request.reason());
    }

    @Test
    void whatCannotBePublishedWaitsForTheConnection() {
        hello("A", 10);
        cluster.stall(true);
        FakeRequest request = new FakeRequest(client);
        long number = request.number();
        send(request);
        cluster.stall(false);
        cluster.pass(Duration.ofMillis(100));
        assertEquals(own() + request.number(), sent().replyTo());
        assertTrue(request.number() > number, "the former number may have been told");
    }

    @Test
    void aServerThatWasNotHeardOfForThreeSecondsGetsNothing() {
        hello("A", 10);
        cluster.pass(Duration.ofMillis(3100));
        send();
        nothingIsSent();
        hello("A", 10);
        sent();
    }

    @Test
    void aServerThatLeavesIsToldThatNothingMoreComes() {
        hello("A", 10);
        send();
        cluster.take();
        cluster.deliver(P + "news", null, Frames.control("bye", "A"));
        List<Published> told = cluster.take();
        Published last = told.get(told.size() - 1);
        assertEquals(P + "s.A", last.subject());
        assertEquals("A", last.control().get("ack"));
        send();
        assertEquals(List.of(), cluster.take(message -> message.subject().equals(P + "s.A")));
    }

    /** The library drops a message without a word if the thread that publishes it is interrupted, or its queue is full. */
    @Test
    void aServerThatLeavesIsAskedAboutWhatItMayNeverHaveGotBeforeItHearsThatNothingMoreComes() {
        hello("A", 10);
        FakeRequest request = send();
        cluster.take();
        cluster.deliver(P + "news", null, Frames.control("bye", "A"));
        List<Published> told = cluster.take(message -> message.subject().equals(P + "s.A"));
        assertEquals(
                List.of("" + request.number(), "A"),
                List.of(told.get(0).control().get("ask"), told.get(1).control().get("ack")));
        hello("B", 10);
        tell("A", "unknown", "" + request.number());
        assertEquals(P + "s.B", sent().subject());
    }

    @Test
    void aServerThatLeavesGetsNoMoreAndKeepsWhatItHas() {
        hello("A", 10);
        FakeRequest first = send();
        Published sent = sent();
        cluster.deliver(P + "news", null, Frames.control("bye", "A"));
        send();
        nothingIsSent();
        respond(sent, "ok");
        assertEquals("ok", first.responded());
    }

    @Test
    void whatWaitsTooLongFailsWithWhatIsMissing() {
        FakeRequest nobody = send();
        nobody.setOverdue();
        cluster.pass(Duration.ofMillis(100));
        assertEquals(Reason.CONNECT, nobody.reason());
        assertTrue(nobody.what().contains("no server of relay is there"), nobody.what());
        hello("A", 0);
        FakeRequest full = send();
        full.setOverdue();
        cluster.pass(Duration.ofMillis(100));
        assertEquals(Reason.OVERLOADED, full.reason());
        cluster.lose();
        FakeRequest away = send();
        away.setOverdue();
        cluster.pass(Duration.ofMillis(100));
        assertEquals(Reason.CONNECT, away.reason());
        assertTrue(away.what().contains("all nodes are down"), away.what());
    }

    @Test
    void theServerOfACancelledRequestIsTold() {
        hello("A", 10);
        FakeRequest request = send();
        cluster.take();
        long number = request.number();
        request.end();
        List<Published> told = cluster.take();
        assertEquals(1, told.size());
        assertEquals("" + number, told.get(0).control().get("cancel"));
        FakeRequest answered = send();
        respond(sent(), "ok");
        assertTrue(answered.isDone());
        assertEquals(List.of(), cluster.take());
    }

    @Test
    void aServerThatStoodStillLearnsWhatIsStillWanted() {
        hello("A", 10);
        FakeRequest wanted = send();
        FakeRequest ended = send();
        long number = ended.number();
        ended.end();
        cluster.take();
        tell("A", "wanted", wanted.number() + " " + number);
        List<Published> answers = cluster.take();
        assertEquals("" + wanted.number(), answers.get(0).control().get("yes"));
        assertEquals("" + number, answers.get(1).control().get("no"));
    }

    @Test
    void aMissingPermissionFailsWhatNeverReachedTheServer() {
        hello("A", 10);
        FakeRequest request = send();
        cluster.report("Permissions Violation for Publish to \"" + P + "s.A\"");
        assertEquals(Reason.CONNECT, request.reason());
        assertTrue(request.what().contains("Permissions Violation"), request.what());
    }

    @Test
    void aLargeRequestIsOfferedAndSentAsFarAsTheServerAllows() {
        hello("A", 10);
        FakeRequest request = send(new FakeRequest(client, 300_000));
        Published offer =
                cluster.take(message -> message.subject().equals(P + "s.A.o")).get(0);
        assertEquals("300000", offer.control().get("size"));
        assertEquals(own() + "o." + request.number(), offer.replyTo());
        tell("A", "credit", "" + request.number(), "got", "0", "upto", "200000");
        assertEquals(
                List.of(P + "s.A.d.0", P + "s.A.d.131072"),
                cluster.large().take().stream().map(Published::subject).toList());
        tell("A", "credit", "" + request.number(), "got", "262144", "upto", "300000");
        Published last = cluster.large().take().get(0);
        assertEquals(300_000 - 262_144, last.data().length);
        assertEquals(own() + "c." + request.number(), last.replyTo());
        respond(new Published(null, own() + request.number(), null), "ok");
        assertEquals("ok", request.responded());
    }

    @Test
    void aLargeRequestThatIsNotCompleteGoesElsewhereWhenItsServerIsGone() {
        hello("A", 10);
        FakeRequest request = send(new FakeRequest(client, 300_000));
        tell("A", "credit", "" + request.number(), "got", "0", "upto", "100");
        cluster.pass(Duration.ofMillis(2500));
        hello("B", 10);
        cluster.take();
        cluster.pass(Duration.ofMillis(900));
        assertFalse(request.isDone());
        assertFalse(
                cluster.take(message -> message.subject().equals(P + "s.B.o")).isEmpty());
    }

    @Test
    void aLargeResponseIsTakenInChunksThatFollow() {
        hello("A", 10);
        FakeRequest request = send();
        request.expect(6);
        cluster.take();
        tell("A", "offer", "" + request.number(), "size", "6");
        Published credit = cluster.take().get(0);
        assertEquals("0", credit.control().get("got"));
        String chunks = own() + "d." + request.number() + ".";
        cluster.large().deliver(chunks + "0", null, "abc".getBytes(UTF_8));
        cluster.large().deliver(chunks + "4", null, "x".getBytes(UTF_8));
        cluster.large().deliver(chunks + "3", null, "def".getBytes(UTF_8));
        assertEquals("abcdef", request.responded());
        assertTrue(request.isDone());
        assertEquals(List.of(), cluster.take(message -> message.control().containsKey("cancel")));
    }

    @Test
    void theReportHasTheServers() {
        hello("A", 7);
        send();
        cluster.pass(Duration.ofMillis(1500));
        BusDTO bus = new BusDTO();
        client.report(bus);
        assertEquals("nats://n1", bus.node);
        assertEquals("nats:A", bus.targets[0].address);
        assertEquals("ready", bus.targets[0].state);
        assertEquals(6, bus.targets[0].room);
        assertEquals(1, bus.targets[0].inFlight);
        assertEquals(1500, bus.targets[0].heard);
        assertTrue(bus.asked > 0);
    }

    @Test
    void closingTellsTheServersAndLeavesNoSubscription() {
        hello("A", 10);
        cluster.take();
        client.close();
        assertEquals(
                1, cluster.take(message -> message.control().containsKey("bye")).size());
        assertEquals(List.of(), cluster.subjects());
    }
}
