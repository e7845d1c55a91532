package org.slimta.bus.nats.impl.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.TargetDTO;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.cluster.Link;
import org.slimta.bus.nats.impl.cluster.Message;
import org.slimta.bus.nats.impl.protocol.FrameMessage;
import org.slimta.bus.nats.impl.protocol.Identities;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.Frames;
import org.slimta.bus.spi.OutboundRequest;

/**
 * A client over a cluster. It chooses a server for each request, and sends it to that one alone. If nothing is heard of a request it
 * asks that server what became of it. It sends a request again only if it is certain that no server has it, or will have it. Source:
 * the wire page, part D. Thread-safe.
 */
public final class ClusterClient implements Carrier {

    private static final Duration TICK = Duration.ofMillis(100);
    private static final long ASK_PAUSE_NANOS = Duration.ofMillis(400).toNanos();
    private static final long WHO_PAUSE_NANOS = Duration.ofMillis(250).toNanos();

    /** Servers tell at least this often that they are there. */
    private static final long PRESENCE_NANOS = Duration.ofSeconds(2).toNanos();

    /** A server that was not heard of for this long, and has nothing of this client, is forgotten. */
    private static final long FORGET_NANOS = Duration.ofSeconds(30).toNanos();

    private final Cluster cluster;
    private final ClientSettings settings;
    private final Subjects subjects;
    private final String cid = Identities.next();
    private final String own;
    private final long silence;
    private final long lost;
    private final Members members = new Members();
    private final Map<Long, Flight> byNumber = new ConcurrentHashMap<>();
    private final Map<OutboundRequest, Flight> byRequest = new ConcurrentHashMap<>();
    private final Deque<Flight> waiting = new ArrayDeque<>(); // Guarded by itself.
    private final AtomicLong epoch = new AtomicLong();
    private final AtomicLong askedCount = new AtomicLong();
    private final AtomicLong sentAgainCount = new AtomicLong();
    private final List<Cluster.Ending> endings = new ArrayList<>(); // Written by the constructor.
    private volatile Runnable listener = () -> {};
    private volatile String waitingFor;
    private volatile String error; // The last one that concerns a subject of this client.
    private long askedWho; // Only for the tick, and for callers of askWho(), which is synchronized.

    /**
     * Opens a client. Does not wait for a node or a server.
     *
     * @param cluster the cluster; not closed with the client
     * @param settings the settings
     * @param prefix what the subjects of all buses begin with
     * @param user the user that the nodes know this end as; null for none
     */
    public ClusterClient(Cluster cluster, ClientSettings settings, String prefix, String user) {
        this.cluster = cluster;
        this.settings = settings;
        this.subjects = new Subjects(prefix, settings.subject());
        this.own = subjects.client(user, cid);
        this.silence = settings.silenceTimeout().toNanos();
        this.lost = settings.lostTimeout().toNanos();
        this.askedWho = cluster.now() - WHO_PAUSE_NANOS;
        endings.add(cluster.subscribe(List.of(own + ">"), this::onMessage));
        endings.add(cluster.subscribe(List.of(subjects.news()), this::onNews));
        endings.add(cluster.addListener(this::onLink));
        endings.add(cluster.every(TICK, this::tick));
        askWho();
        updateWaitingFor();
    }

    @Override
    public String target() {
        return "nats:" + settings.subject();
    }

    @Override
    public int peerCount() {
        return members.all().size();
    }

    @Override
    public void send(OutboundRequest request) {
        Flight flight = new Flight(request);
        byRequest.put(request, flight);
        synchronized (waiting) {
            waiting.add(flight); // Behind those that wait already.
        }
        sendWaiting();
    }

    /** Sends what waits, in its order, as long as there are servers with room. */
    private void sendWaiting() {
        synchronized (waiting) { // So that the order is kept; nothing blocks here.
            while (!waiting.isEmpty()) {
                Flight next = waiting.peek();
                if (!trySend(next)) {
                    return;
                }
                waiting.poll();
            }
        }
    }

    /** Returns false if it has to wait. */
    private boolean trySend(Flight flight) {
        Link link = cluster.link();
        Member member = link.isUp() ? members.pick(presentSince()) : null;
        if (member == null) {
            boolean isOver;
            synchronized (flight) {
                isOver = flight.state() != Flight.State.WAITING
                        || flight.request().isDone();
            }
            if (!isOver) {
                askWho();
            }
            return isOver;
        }
        synchronized (flight) {
            if (flight.state() != Flight.State.WAITING) {
                return true;
            }
            OutboundRequest request = flight.request();
            // The epoch is read before the request counts as sent. A question about it is later, and has a higher one:
            // if the server
            // does not know the request then, it does not take it any more.
            FrameBytes frame = request.begin(epoch.get());
            if (frame == null) {
                return true; // It has ended, or is about to.
            }
            if (frame.size() > cluster.maxPayload()) {
                frame.close();
                request.fail(
                        Reason.TOO_LARGE,
                        "the frame has " + frame.size() + " bytes; a message of the cluster has at most "
                                + cluster.maxPayload() + " (max_payload)",
                        null);
                return true;
            }
            long number = request.number();
            flight.sendTo(member, number, cluster.now(), link.losses());
            byNumber.put(number, flight);
            if (frame.mayBlock()) {
                cluster.blocking().execute(() -> publish(frame, member, number));
                return true;
            }
            return publish(frame, member, number) || !takeBack(flight);
        }
    }

    /** Returns false if the request was not sent. */
    private boolean publish(FrameBytes frame, Member member, long number) {
        byte[] bytes;
        try {
            bytes = FrameMessage.read(frame);
        } catch (IOException e) {
            return true; // The transaction has failed.
        }
        boolean published = cluster.publish(subjects.server(member.sid()), own + number, bytes);
        if (!published && frame.mayBlock()) {
            sendElsewhere(number, member);
        }
        return published;
    }

    /** No server has it, and none will have it under its number. With the lock of the flight. Returns false if it has ended. */
    private boolean takeBack(Flight flight) {
        if (flight.state() != Flight.State.SENT) {
            return false;
        }
        byNumber.remove(flight.number(), flight);
        flight.comeBack();
        flight.request().renew();
        return true;
    }

    /** A server does not have a request, and will not have it under its number: it goes to another one, before all that wait. */
    private void sendElsewhere(long number, Member from) {
        Flight flight = byNumber.get(number);
        if (flight == null) {
            return;
        }
        synchronized (flight) {
            if (!flight.isSent(number, from) || !takeBack(flight)) {
                return;
            }
        }
        sentAgainCount.incrementAndGet();
        synchronized (waiting) {
            waiting.addFirst(flight);
        }
    }

    @Override
    public void ended(OutboundRequest request) {
        Flight flight = byRequest.remove(request);
        if (flight == null) {
            return;
        }
        Member unanswered;
        long number;
        synchronized (flight) {
            unanswered = flight.state() == Flight.State.SENT && byNumber.remove(flight.number(), flight)
                    ? flight.member()
                    : null;
            number = flight.number();
            flight.end();
        }
        if (unanswered != null) {
            tell(unanswered, Words.about(Words.CANCEL, List.of(number)));
        }
    }

    private void tell(Member member, List<byte[]> messages) {
        for (byte[] message : messages) {
            cluster.publish(subjects.server(member.sid()), Subjects.control(own, member.sid()), message);
        }
    }

    private long presentSince() {
        return cluster.now() - silence - PRESENCE_NANOS;
    }

    /** A message to this client. */
    private void onMessage(Message message) {
        String rest = message.subject().substring(own.length());
        String sid = Subjects.controlOf(rest);
        if (sid != null) {
            onControl(sid, message);
            return;
        }
        int dot = rest.indexOf('.');
        long number = Subjects.number(dot < 0 ? rest : rest.substring(0, dot));
        Flight flight = number <= 0 ? null : byNumber.get(number);
        if (flight == null) {
            return; // Its transaction has ended; or it is nothing that a server sends.
        }
        if (message.isUndelivered()) {
            onUndelivered(flight, number);
        } else if (dot > 0) {
            onResponse(flight, number, Subjects.number(rest.substring(dot + 1)), message.data());
        }
    }

    private void onUndelivered(Flight flight, long number) {
        Member member;
        synchronized (flight) {
            member = flight.member();
        }
        if (member != null) {
            members.remove(member);
            sendElsewhere(number, member);
            sendWaiting();
            updateWaitingFor();
        }
    }

    private void onResponse(Flight flight, long number, long room, byte[] data) {
        synchronized (flight) {
            if (flight.state() != Flight.State.SENT || flight.number() != number) {
                return;
            }
            Member member = flight.member();
            member.heard(cluster.now());
            if (room >= 0) {
                member.setRoom((int) Math.min(room, Integer.MAX_VALUE));
            }
            byNumber.remove(number, flight);
        }
        FrameReceiver response = flight.request().response();
        if (!response.receive(ByteBuffer.wrap(data))) {
            response.close();
            flight.request().fail(Reason.MALFORMED, "the response is not complete", null);
        }
        if (hasWaiting()) {
            sendWaiting();
        }
    }

    private boolean hasWaiting() {
        synchronized (waiting) {
            return !waiting.isEmpty();
        }
    }

    private void onNews(Message message) {
        Map<String, String> control = Frames.readControl(message.data());
        String sid = control.getOrDefault(Words.HELLO, control.get(Words.BYE));
        if (sid != null) {
            onPresence(sid, control);
        }
    }

    private void onPresence(String sid, Map<String, String> control) {
        if (control.containsKey(Words.BYE)) {
            Member leaving = members.find(sid);
            if (leaving != null) {
                leaving.leave();
            }
        } else {
            Member member = members.heard(sid, cluster.now());
            if (member == null) {
                return;
            }
            member.setNode(control.get(Words.NODE));
            long room = Subjects.number(control.getOrDefault(Words.ROOM, ""));
            if (room >= 0) {
                member.setRoom((int) Math.min(room, Integer.MAX_VALUE));
            }
            sendWaiting();
        }
        updateWaitingFor();
    }

    /** A server tells this client alone something, or a question to it was not delivered. */
    private void onControl(String sid, Message message) {
        if (message.isUndelivered()) {
            return; // The server may only be moving to another node. If it is dead, it will not be heard of.
        }
        Map<String, String> control = Frames.readControl(message.data());
        if (sid.equals(control.get(Words.HELLO)) || sid.equals(control.get(Words.BYE))) {
            onPresence(sid, control);
            return;
        }
        Member member = members.find(sid);
        long now = cluster.now();
        if (member != null) {
            member.heard(now);
            if (control.containsKey(Words.BACK)) {
                member.setRoom(0); // Until it says something else.
            }
        }
        forEach(control.get(Words.WORKING), sid, (number, flight) -> {
            flight.member().heard(now);
            flight.workedOn(now);
        });
        List<Long> notTaken = new ArrayList<>(Frames.numbers(control.get(Words.BACK)));
        notTaken.addAll(Frames.numbers(control.get(Words.UNKNOWN)));
        for (long number : notTaken) {
            Flight flight = byNumber.get(number);
            if (flight != null) {
                Member from;
                synchronized (flight) {
                    from = flight.member();
                }
                if (from != null && from.sid().equals(sid)) {
                    sendElsewhere(number, from);
                }
            }
        }
        forEach(
                control.get(Words.FORGOTTEN),
                sid,
                (number, flight) -> flight.request()
                        .fail(Reason.CLOSED, "its response was lost, and the server does not have it any more", null));
        if (!notTaken.isEmpty()) {
            sendWaiting();
        }
    }

    private interface Action {

        void accept(long number, Flight flight);
    }

    private void forEach(String numbers, String sid, Action action) {
        for (long number : Frames.numbers(numbers)) {
            Flight flight = byNumber.get(number);
            if (flight == null) {
                continue;
            }
            synchronized (flight) {
                if (flight.state() == Flight.State.SENT
                        && flight.number() == number
                        && flight.member().sid().equals(sid)) {
                    action.accept(number, flight);
                }
            }
        }
    }

    private synchronized void askWho() {
        long now = cluster.now();
        if (now - askedWho >= WHO_PAUSE_NANOS
                && cluster.publish(subjects.who(), own + Words.WHO, Frames.control(Words.WHO, cid))) {
            askedWho = now;
        }
    }

    private void onLink(String newError) {
        if (newError != null) {
            error = newError.contains(own) || newError.contains(subjects.who()) || newError.contains(subjects.news())
                    ? newError
                    : error;
        } else if (cluster.link().isUp()) {
            synchronized (this) {
                askedWho = cluster.now() - WHO_PAUSE_NANOS;
            }
            askWho();
            tick();
        }
        updateWaitingFor();
    }

    private void tick() {
        Link link = cluster.link();
        long now = cluster.now();
        if (link.isUp()) {
            askAboutSilent(link, now);
        }
        forgetAbsent(now);
        failOverdue(link);
        sendWaiting();
        updateWaitingFor();
    }

    /** Asks about requests of which nothing was heard, and gives up those whose server is not heard of. */
    private void askAboutSilent(Link link, long now) {
        Map<Member, List<Long>> questions = new HashMap<>();
        List<Flight> given = new ArrayList<>();
        for (Flight flight : byNumber.values()) {
            synchronized (flight) {
                if (flight.state() != Flight.State.SENT) {
                    continue;
                }
                Member member = flight.member();
                long since = Math.max(Math.max(member.heardAt(), flight.sentAt()), link.since());
                if (now - since > lost) {
                    given.add(flight);
                } else if (flight.isToBeAsked(now, silence, ASK_PAUSE_NANOS, link.losses())) {
                    flight.askedAbout(now, link.losses());
                    questions.computeIfAbsent(member, any -> new ArrayList<>()).add(flight.number());
                }
            }
        }
        for (Flight flight : given) {
            String server = String.valueOf(flight.member());
            flight.request()
                    .fail(
                            Reason.CLOSED,
                            "the " + server + " has not been heard of for "
                                    + settings.lostTimeout().toMillis()
                                    + " ms (lostTimeout); it may have processed the request",
                            null);
        }
        questions.forEach((member, numbers) -> {
            askedCount.addAndGet(numbers.size());
            tell(member, Words.about(Words.ASK, numbers, Words.EPOCH, String.valueOf(epoch.incrementAndGet())));
        });
    }

    private void forgetAbsent(long now) {
        for (Member member : members.all()) {
            if (now - member.heardAt() > FORGET_NANOS || (member.isLeaving() && member.inFlight() == 0)) {
                members.remove(member);
            }
        }
    }

    /** Fails what has waited too long for a server. */
    private void failOverdue(Link link) {
        List<Flight> overdue = new ArrayList<>();
        synchronized (waiting) {
            waiting.removeIf(flight -> {
                if (flight.request().isDone()) {
                    return true;
                }
                boolean isOver = flight.request().sendNanosLeft() <= 0;
                if (isOver) {
                    overdue.add(flight);
                }
                return isOver;
            });
        }
        for (Flight flight : overdue) {
            String missing = missing(link);
            flight.request()
                    .fail(
                            missing == null ? Reason.OVERLOADED : Reason.CONNECT,
                            missing == null
                                    ? "all servers of " + settings.subject() + " are full, and none had room within the"
                                            + " sendTimeout"
                                    : missing,
                            null);
        }
    }

    /** What keeps requests from being sent; null if only room may be missing. */
    private String missing(Link link) {
        if (!link.isUp()) {
            return "the NATS connection " + cluster.name() + " is down: "
                    + (link.fault() == null ? "it is being opened" : link.fault());
        }
        if (members.isAnyThere(presentSince())) {
            return null;
        }
        String known = error;
        return "no server of " + settings.subject() + " is there"
                + (known == null ? "; start one, or check its subject and its NATS connection" : ": " + known);
    }

    private void updateWaitingFor() {
        String now = missing(cluster.link());
        boolean changed = (now == null) != (waitingFor == null);
        waitingFor = now;
        if (changed) {
            listener.run();
        }
    }

    @Override
    public String waitingFor() {
        return waitingFor;
    }

    @Override
    public void setListener(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public void report(BusDTO bus) {
        Link link = cluster.link();
        bus.node = link.node();
        bus.reconnects = link.losses();
        bus.asked = askedCount.get();
        bus.sentAgain = sentAgainCount.get();
        bus.targets = members.all().stream()
                .map(member -> member.report(cluster.now(), presentSince()))
                .toArray(TargetDTO[]::new);
    }

    @Override
    public void close() {
        for (Member member : members.all()) {
            tell(member, List.of(Frames.control(Words.BYE, cid)));
        }
        endings.forEach(Cluster.Ending::close);
    }
}
