package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerTransaction;

/** A transaction is answered once. Its end may be received again, also by a callback. */
public interface AnsweredOnceContract extends ContractFixture {

    @Test
    default void aSecondAnswerIsAnIllegalState() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        received.sendResponse(List.of("1"));
        assertThrows(IllegalStateException.class, () -> received.sendResponse(List.of("2")));
        assertThrows(IllegalStateException.class, () -> received.sendResponse(List.of("2", "3")));
        assertThrows(IllegalStateException.class, () -> received.fail("too late"));
        assertEquals(List.of("1"), sent.recvResponse());
    }

    @Test
    default void anAnswerAfterAFailureIsAnIllegalState() throws Exception {
        ServerTransaction<String, String> received = send("a");
        received.fail("no");
        assertThrows(IllegalStateException.class, () -> received.sendResponse(List.of("1")));
        assertThrows(IllegalStateException.class, () -> received.fail("no"));
    }

    @Test
    default void ofSeveralThreadsThatAnswerAtOnceOneSucceeds() throws Exception {
        for (int round = 0; round < 50; round++) {
            ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
            ServerTransaction<String, String> received = bus().server().recvRequest();
            CountDownLatch start = new CountDownLatch(1);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String answer = "answer " + i;
                answers.add(threads().submit(() -> {
                    start.await();
                    try {
                        received.sendResponse(List.of(answer));
                        return answer;
                    } catch (IllegalStateException e) {
                        return null;
                    }
                }));
            }
            start.countDown();
            List<String> accepted = new ArrayList<>();
            for (Future<String> answer : answers) {
                if (answer.get(20, TimeUnit.SECONDS) != null) {
                    accepted.add(answer.get());
                }
            }
            assertEquals(accepted, sent.recvResponse());
        }
    }

    @Test
    default void responsesMayBeReceivedAgain() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        bus().server().recvRequest().sendResponse(List.of("1"));
        assertEquals(List.of("1"), sent.recvResponse());
        assertEquals(List.of("1"), sent.recvResponse());
        assertEquals(List.of("1"), sent.response().toCompletableFuture().get(20, TimeUnit.SECONDS));
    }

    @Test
    default void aFailureMayBeReceivedAgain() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        bus().server().recvRequest().fail("no");
        Reason reason = failureOf(sent).reason();
        assertEquals(reason, failureOf(sent).reason());
        assertEquals(reason, failureOf(sent.response().toCompletableFuture()).reason());
    }

    @Test
    default void theStageCompletesWithoutAnybodyWaiting() throws Exception {
        CompletableFuture<List<String>> answered = new CompletableFuture<>();
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        bus().client().sendRequest(List.of("a")).response().thenAccept(answered::complete);
        bus().server().recvRequest().sendResponse(List.of("1"));
        assertEquals(List.of("1"), answered.get(20, TimeUnit.SECONDS));
        bus().client().sendRequest(List.of("b")).response().whenComplete((none, failure) -> failed.complete(failure));
        bus().server().recvRequest().fail("no");
        assertInstanceOf(BusException.class, failed.get(20, TimeUnit.SECONDS), "the failure itself, not wrapped");
    }

    @Test
    default void aThreadThatIsInterruptedMayAnswer() throws Exception {
        CompletableFuture<List<String>> stage =
                bus().client().sendRequest(List.of("a")).response().toCompletableFuture();
        ServerTransaction<String, String> received = bus().server().recvRequest();
        Thread.currentThread().interrupt();
        try {
            received.sendResponse(List.of("1"));
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals(List.of("1"), stage.get(20, TimeUnit.SECONDS));
    }
}
