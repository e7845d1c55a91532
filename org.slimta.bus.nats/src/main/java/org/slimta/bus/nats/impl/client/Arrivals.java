package org.slimta.bus.nats.impl.client;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.cluster.Message;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.nats.impl.transfer.IncomingTransfer;
import org.slimta.bus.nats.impl.transfer.OutgoingTransfer;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.Frames;

/** What servers, and the cluster itself, send to a client alone. Thread-safe. */
final class Arrivals implements AutoCloseable {

    private final ClientContext context;
    private final Departures departures;
    private final Presence presence;
    private Cluster.Ending chunks; // Guarded by this. Null before the first large response.

    Arrivals(ClientContext context, Departures departures, Presence presence) {
        this.context = context;
        this.departures = departures;
        this.presence = presence;
    }

    /** The subjects whose messages {@link #onMessage} takes: one or two tokens, but not the three of chunks. */
    List<String> subjects() {
        return List.of(context.own() + "*", context.own() + "*.*");
    }

    void onMessage(Message message) {
        String rest = message.subject().substring(context.own().length());
        int dot = rest.indexOf('.');
        String sid = Subjects.controlOf(rest);
        if (sid != null) {
            onControl(sid, message);
        } else if (message.isUndelivered()) {
            onUndelivered(dot < 0 ? Subjects.number(rest) : Subjects.numberOfOffer(rest));
        } else if (dot > 0) {
            onResponse(
                    Subjects.number(rest.substring(0, dot)), Subjects.number(rest.substring(dot + 1)), message.data());
        }
    }

    /** A request, or the offer of a large one, was delivered to nobody. So no server has it, or will have it under its number. */
    private void onUndelivered(long number) {
        Flight flight = context.flights().get(number);
        if (flight == null) {
            return;
        }
        Member member;
        synchronized (flight) {
            if (flight.state() != Flight.State.SENT || flight.number() != number) {
                return;
            }
            member = flight.member();
        }
        context.members().remove(member);
        departures.sendElsewhereIfIncomplete(number, member.sid());
        departures.sendWaiting();
        presence.update();
    }

    private void onResponse(long number, long room, byte[] data) {
        Flight flight = context.flights().get(number);
        if (flight == null) {
            return; // Its transaction has ended, or this is the second copy.
        }
        synchronized (flight) {
            if (flight.state() != Flight.State.SENT
                    || flight.number() != number
                    || !context.flights().remove(number, flight)) {
                return;
            }
            flight.member().answered(context.cluster().now());
            flight.member().setRoom(room);
        }
        FrameReceiver response = flight.request().response();
        if (!response.receive(ByteBuffer.wrap(data))) {
            response.close();
            flight.request().fail(Reason.MALFORMED, "the response is not complete", null);
        }
        departures.sendWaiting();
    }

    private void onControl(String sid, Message message) {
        if (message.isUndelivered()) {
            return; // The server may only be moving to another node. If it is dead it will not be heard of.
        }
        Map<String, String> control = Frames.readControl(message.data());
        if (sid.equals(control.get(Words.HELLO)) || sid.equals(control.get(Words.BYE))) {
            presence.heard(sid, control);
            departures.sendWaiting();
            return;
        }
        Member member = context.members().find(sid);
        if (member != null) {
            member.answered(context.cluster().now());
            if (control.containsKey(Words.BACK)) {
                member.setRoom(0); // Until it tells something else.
            }
        }
        onAnswers(sid, control);
        onWanted(sid, Frames.numbers(control.get(Words.WANTED)));
        long offered = Words.number(control, Words.OFFER);
        if (offered > 0) {
            onOffer(offered, sid, Words.number(control, Words.SIZE));
        }
        long credited = Words.number(control, Words.CREDIT);
        if (credited > 0) {
            onCredit(credited, sid, Words.number(control, Words.GOT), Words.number(control, Words.UP_TO));
        }
    }

    private void onAnswers(String sid, Map<String, String> control) {
        for (long number : Frames.numbers(control.get(Words.WORKING))) {
            withFlight(number, sid, flight -> {
                flight.workedOn(context.cluster().now());
                arrived(flight);
            });
        }
        List<Long> notTaken = new ArrayList<>(Frames.numbers(control.get(Words.BACK)));
        notTaken.addAll(Frames.numbers(control.get(Words.UNKNOWN)));
        notTaken.forEach(number -> departures.sendElsewhere(number, sid));
        for (long number : Frames.numbers(control.get(Words.FORGOTTEN))) {
            Flight forgotten = withFlight(number, sid, flight -> {});
            if (forgotten != null) { // Without its lock, since this ends it.
                forgotten
                        .request()
                        .fail(Reason.CLOSED, "its response was lost, and the server does not have it any more", null);
            }
        }
        if (!notTaken.isEmpty()) {
            departures.sendWaiting();
        }
    }

    /** A server that stood still asks which requests are still to be processed. */
    private void onWanted(String sid, List<Long> numbers) {
        List<Long> yes = new ArrayList<>();
        List<Long> no = new ArrayList<>();
        for (long number : numbers) {
            boolean isWanted = withFlight(
                            number,
                            sid,
                            flight -> flight.workedOn(context.cluster().now()))
                    != null;
            (isWanted ? yes : no).add(number);
        }
        List<byte[]> answers = new ArrayList<>(Words.about(Words.YES, yes));
        answers.addAll(Words.about(Words.NO, no));
        context.tell(sid, answers);
    }

    /** The server has all of a large request. */
    private void arrived(Flight flight) {
        OutgoingTransfer sending = flight.sending();
        if (sending != null && !sending.hasArrived()) {
            sending.arrived();
            context.outgoing().end(sending);
        }
    }

    private void onCredit(long number, String sid, long got, long upTo) {
        withFlight(number, sid, flight -> {
            OutgoingTransfer sending = flight.sending();
            if (sending != null) {
                flight.workedOn(context.cluster().now());
                sending.credit(got, upTo);
                if (sending.hasArrived()) {
                    context.outgoing().end(sending);
                }
            }
        });
    }

    /** A large response is offered. It may be sent as soon as its chunks would reach this client. */
    private void onOffer(long number, String sid, long size) {
        subscribeChunks();
        if (!context.cluster().forLargeFrames().link().isUp()) {
            return; // It is offered again.
        }
        AtomicReference<IncomingTransfer> receiving = new AtomicReference<>();
        withFlight(number, sid, flight -> {
            flight.workedOn(context.cluster().now());
            if (flight.receiving() == null && size > 0) {
                Member member = flight.member();
                flight.setReceiving(new IncomingTransfer(
                        flight.request().response(),
                        size,
                        (got, upTo) -> context.tell(member, List.of(Words.credit(number, got, upTo))),
                        () -> flight.request().fail(Reason.MALFORMED, "the response is not complete", null),
                        context.cluster()::now));
            }
            receiving.set(flight.receiving());
        });
        if (receiving.get() != null) {
            receiving.get().tell(); // Without the lock of the flight: see IncomingTransfer.
        }
    }

    private synchronized void subscribeChunks() {
        if (chunks == null) {
            chunks = context.cluster()
                    .forLargeFrames()
                    .subscribe(List.of(Subjects.chunks(context.own(), "*", "*")), this::onChunk);
        }
    }

    private void onChunk(Message message) {
        String[] tokens = message.subject().substring(context.own().length()).split("\\.", 4);
        long number = tokens.length == 3 ? Subjects.number(tokens[1]) : -1;
        long offset = tokens.length == 3 ? Subjects.number(tokens[2]) : -1;
        Flight flight = context.flights().get(number);
        if (flight == null || offset < 0) {
            return;
        }
        IncomingTransfer receiving;
        synchronized (flight) {
            boolean isSent = flight.state() == Flight.State.SENT && flight.number() == number;
            receiving = isSent ? flight.receiving() : null;
            if (receiving == null) {
                return;
            }
            flight.workedOn(context.cluster().now());
        }
        if (receiving.isLast(offset, message.data().length)) {
            context.flights().remove(number, flight); // It is answered: its server need not be told that it has ended.
        }
        if (receiving.receive(offset, message.data())) {
            departures.sendWaiting();
        }
    }

    /** Does something with a request, with its lock, if it was sent to a server under a number. Returns null otherwise. */
    private Flight withFlight(long number, String sid, Consumer<Flight> action) {
        Flight flight = context.flights().get(number);
        if (flight == null) {
            return null;
        }
        synchronized (flight) {
            if (!flight.isSent(number, sid)) {
                return null;
            }
            action.accept(flight);
            return flight;
        }
    }

    @Override
    public synchronized void close() {
        if (chunks != null) {
            chunks.close();
        }
    }
}
