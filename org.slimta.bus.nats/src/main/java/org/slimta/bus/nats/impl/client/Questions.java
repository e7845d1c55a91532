package org.slimta.bus.nats.impl.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.nats.impl.cluster.Link;
import org.slimta.bus.nats.impl.protocol.Words;

/** Asks servers what became of requests of which nothing is heard. Thread-safe. */
final class Questions {

    private static final long ASK_PAUSE_NANOS = Duration.ofMillis(400).toNanos();

    private final ClientContext context;
    private final Departures departures;

    Questions(ClientContext context, Departures departures) {
        this.context = context;
        this.departures = departures;
    }

    /** Asks about requests of which nothing was heard, and gives up those whose server is not heard of. To be called periodically. */
    void check() {
        Link link = context.cluster().link();
        if (!link.isUp()) {
            return;
        }
        long now = context.cluster().now();
        Map<Member, List<Long>> questions = new HashMap<>();
        List<Runnable> later = new ArrayList<>();
        for (Flight flight : context.flights().values()) {
            synchronized (flight) {
                if (flight.state() == Flight.State.SENT) {
                    check(flight, link, now, questions, later);
                }
            }
        }
        later.forEach(Runnable::run);
        questions.forEach(this::ask);
    }

    private void ask(Member member, List<Long> numbers) {
        context.asked().addAndGet(numbers.size());
        String epoch = String.valueOf(context.epoch().incrementAndGet());
        context.tell(member, Words.about(Words.ASK, numbers, Words.EPOCH, epoch));
    }

    /** Asks a server about everything that it may have. */
    void askAll(String sid) {
        Member member = context.members().find(sid);
        long now = context.cluster().now();
        long losses = context.cluster().link().losses();
        List<Long> numbers = new ArrayList<>();
        for (Flight flight : context.flights().values()) {
            synchronized (flight) {
                if (flight.state() == Flight.State.SENT && flight.member() == member && flight.mayHaveArrived()) {
                    flight.askedAbout(now, losses);
                    numbers.add(flight.number());
                }
            }
        }
        if (!numbers.isEmpty()) {
            ask(member, numbers);
        }
    }

    private void check(Flight flight, Link link, long now, Map<Member, List<Long>> questions, List<Runnable> later) {
        Member member = flight.member();
        long number = flight.number();
        long heardAt = Math.max(Math.max(member.heardAt(), flight.signAt()), link.since());
        if (now - heardAt > context.settings().lostTimeout().toNanos()) {
            later.add(
                    flight.mayHaveArrived()
                            ? () -> giveUp(flight, number, member)
                            : () -> departures.sendElsewhereIfIncomplete(number, member.sid()));
        } else if (flight.isToBeAsked(
                now, context.settings().silenceTimeout().toNanos(), ASK_PAUSE_NANOS, link.losses())) {
            flight.askedAbout(now, link.losses());
            questions.computeIfAbsent(member, any -> new ArrayList<>()).add(number);
        }
    }

    /** The nodes do not permit this client to send to a server, which may have been different before. */
    void onRefused(Member member, String error) {
        String what = "the nodes do not deliver to the " + member + ": " + error + "; see the permissions of the user";
        for (Flight flight : context.flights().values()) {
            boolean isRefused;
            synchronized (flight) {
                isRefused = flight.state() == Flight.State.SENT && flight.member() == member;
            }
            if (isRefused) {
                flight.request().fail(member.hasAnswered() ? Reason.CLOSED : Reason.CONNECT, what, null);
            }
        }
    }

    private void giveUp(Flight flight, long number, Member member) {
        synchronized (flight) {
            if (!flight.isSent(number, member.sid())) {
                return; // Something has come of it meanwhile.
            }
        }
        flight.request()
                .fail(
                        Reason.CLOSED,
                        "the " + member + " has not been heard of for "
                                + context.settings().lostTimeout().toMillis()
                                + " ms (lostTimeout); it may have processed the request",
                        null);
    }
}
