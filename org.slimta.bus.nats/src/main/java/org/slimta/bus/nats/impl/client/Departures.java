package org.slimta.bus.nats.impl.client;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.nats.impl.cluster.Link;
import org.slimta.bus.nats.impl.protocol.FrameMessage;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.nats.impl.transfer.IncomingTransfer;
import org.slimta.bus.nats.impl.transfer.OutgoingTransfer;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.Frames;
import org.slimta.bus.spi.OutboundRequest;

/**
 * The requests of a client on their way to servers: in the order in which they came, as long as there are servers with room. A request is
 * sent again, under a new number, only if it is certain that no server has it. Thread-safe.
 */
final class Departures {

    private final ClientContext context;
    private final Presence presence;
    private final Map<OutboundRequest, Flight> all = new ConcurrentHashMap<>();
    private final Deque<Flight> waiting = new ArrayDeque<>(); // Guarded by itself, in front of the lock of a flight.

    Departures(ClientContext context, Presence presence) {
        this.context = context;
        this.presence = presence;
    }

    void send(OutboundRequest request) {
        Flight flight = new Flight(request);
        all.put(request, flight);
        synchronized (waiting) {
            waiting.add(flight);
        }
        sendWaiting();
    }

    /** Sends what waits, as long as there are servers with room. */
    void sendWaiting() {
        synchronized (waiting) { // So that the order is kept; nothing blocks here.
            while (!waiting.isEmpty() && depart(waiting.peek())) {
                waiting.poll();
            }
        }
    }

    /** Does something between two requests: whatever has chosen its server before has been published by then. Must not block. */
    void whileNoneLeaves(Runnable action) {
        synchronized (waiting) {
            action.run();
        }
    }

    /** Returns false if it has to wait. */
    private boolean depart(Flight flight) {
        Link link = context.cluster().link();
        Member member = link.isUp() ? context.members().pick(context.presentSince()) : null;
        synchronized (flight) {
            if (flight.state() != Flight.State.WAITING || flight.request().isDone()) {
                return true;
            }
            if (member != null) {
                return sendTo(member, flight, link.losses());
            }
        }
        presence.askWho();
        return false;
    }

    /** With the lock of the flight. Returns false if it was not sent. */
    private boolean sendTo(Member member, Flight flight, long losses) {
        OutboundRequest request = flight.request();
        // The epoch is read before the request counts as sent. A question about it comes later, so it has a higher one:
        // a server that
        // does not know the request then does not take it any more.
        long epoch = context.epoch().get();
        FrameBytes frame = request.begin(epoch);
        if (frame == null) {
            return true; // It has ended, or is about to.
        }
        long number = request.number();
        flight.sendTo(member, number, context.cluster().now(), losses);
        context.flights().put(number, flight);
        if (!FrameMessage.fits(frame.size(), context.cluster().maxPayload())) {
            OutgoingTransfer transfer = new OutgoingTransfer(
                    frame,
                    new RequestRoute(member.sid(), number, epoch, frame.size()),
                    context.cluster().blocking(),
                    context.cluster()::now);
            flight.setSending(transfer);
            context.cluster().forLargeFrames(); // It connects meanwhile.
            context.outgoing().begin(transfer);
            return true;
        }
        if (frame.mayBlock()) {
            context.cluster().blocking().execute(() -> {
                if (!publish(frame, member, number)) {
                    sendElsewhere(number, member.sid());
                }
            });
            return true;
        }
        return publish(frame, member, number) || !takeBack(flight);
    }

    /** Returns false if the request was certainly not sent. */
    private boolean publish(FrameBytes frame, Member member, long number) {
        byte[] bytes;
        try {
            bytes = FrameMessage.read(frame);
        } catch (IOException e) {
            return true; // The transaction has failed.
        }
        synchronized (waiting) { // See whileNoneLeaves(): reading may have taken long.
            return !member.isLeaving()
                    && context.cluster()
                            .publish(context.subjects().server(member.sid()), context.own() + number, bytes);
        }
    }

    /** No server has it, or will have it under its number. With the lock of the flight. Returns false if it has ended. */
    private boolean takeBack(Flight flight) {
        if (flight.state() != Flight.State.SENT) {
            return false;
        }
        context.flights().remove(flight.number(), flight);
        OutgoingTransfer sending = flight.sending();
        flight.comeBack();
        flight.request().renew();
        if (sending != null) {
            context.outgoing().end(sending);
        }
        return true;
    }

    /** A server does not have a request, and will not have it under its number: it goes to another one, before all that wait. */
    void sendElsewhere(long number, String sid) {
        sendElsewhere(number, sid, false);
    }

    /** The same, for a large request whose server is not heard of, unless its last byte has left meanwhile. */
    void sendElsewhereIfIncomplete(long number, String sid) {
        sendElsewhere(number, sid, true);
    }

    private void sendElsewhere(long number, String sid, boolean onlyIfIncomplete) {
        Flight flight = context.flights().get(number);
        if (flight == null) {
            return;
        }
        synchronized (flight) {
            boolean mayGo = flight.isSent(number, sid)
                    && (!onlyIfIncomplete
                            || flight.sending() == null
                            || flight.sending().abandon());
            if (!mayGo || !takeBack(flight)) {
                return;
            }
        }
        context.sentAgain().incrementAndGet();
        synchronized (waiting) {
            waiting.addFirst(flight);
        }
    }

    /** A request has ended, whatever has ended it. If it has no response, its server is told. */
    void ended(OutboundRequest request) {
        Flight flight = all.remove(request);
        if (flight == null) {
            return;
        }
        Member member;
        long number;
        IncomingTransfer receiving;
        OutgoingTransfer sending;
        boolean isAnswered;
        synchronized (flight) {
            member = flight.member();
            number = flight.number();
            sending = flight.sending();
            receiving = flight.receiving();
            isAnswered =
                    flight.state() != Flight.State.SENT || !context.flights().remove(number, flight);
            flight.end();
        }
        if (sending != null) {
            context.outgoing().end(sending);
        }
        if (receiving != null) {
            receiving.close(); // Without the lock: that of the transfer may be held by whoever ends this.
        }
        if (!isAnswered) {
            context.tell(member, Words.about(Words.CANCEL, List.of(number)));
        }
    }

    /** Fails what has waited too long for a server. */
    void failOverdue() {
        List<Flight> overdue = new ArrayList<>();
        synchronized (waiting) {
            waiting.removeIf(flight -> {
                boolean isOver = flight.request().sendNanosLeft() <= 0;
                if (isOver && !flight.request().isDone()) {
                    overdue.add(flight);
                }
                return isOver || flight.request().isDone();
            });
        }
        for (Flight flight : overdue) {
            String missing = presence.missing();
            flight.request()
                    .fail(
                            missing == null ? Reason.OVERLOADED : Reason.CONNECT,
                            missing == null
                                    ? "all servers of " + context.settings().subject()
                                            + " are full, and none had room within the sendTimeout"
                                    : missing,
                            null);
        }
    }

    /** Sends a large request. */
    private final class RequestRoute implements OutgoingTransfer.Route {

        private final String sid;
        private final long number;
        private final long epoch;
        private final long size;

        RequestRoute(String sid, long number, long epoch, long size) {
            this.sid = sid;
            this.number = number;
            this.epoch = epoch;
            this.size = size;
        }

        @Override
        public void offer() {
            byte[] offer = Frames.control(
                    Words.OFFER,
                    String.valueOf(number),
                    Words.SIZE,
                    String.valueOf(size),
                    Words.EPOCH,
                    String.valueOf(epoch));
            context.cluster().publish(context.subjects().offers(sid), Subjects.offered(context.own(), number), offer);
        }

        @Override
        public boolean send(long offset, byte[] data) {
            return context.cluster()
                    .forLargeFrames()
                    .publish(
                            context.subjects().chunks(sid, String.valueOf(offset)),
                            Subjects.chunkOf(context.own(), number),
                            data);
        }

        @Override
        public void failed() {
            // The transaction has failed, which ends the flight.
        }
    }
}
