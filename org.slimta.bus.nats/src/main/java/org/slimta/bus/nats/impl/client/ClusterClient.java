package org.slimta.bus.nats.impl.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.TargetDTO;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.cluster.Link;
import org.slimta.bus.nats.impl.cluster.Message;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.Frames;
import org.slimta.bus.spi.OutboundRequest;

/**
 * A client over a cluster. It chooses a server for each request, and sends it to that one alone. If nothing is heard of a request it
 * asks that server what became of it. Source: the wire page, part D. Thread-safe.
 */
public final class ClusterClient implements Carrier {

    private static final Duration TICK = Duration.ofMillis(50);

    private final ClientContext context;
    private final Presence presence;
    private final Departures departures;
    private final Arrivals arrivals;
    private final Questions questions;
    private final List<Cluster.Ending> endings = new ArrayList<>(); // Written by the constructor.

    /**
     * Opens a client. Does not wait for a node or a server.
     *
     * @param cluster the cluster; not closed with the client
     * @param settings the settings
     * @param prefix what the subjects of all buses begin with
     * @param user the user that the nodes know this end as; null for none
     */
    public ClusterClient(Cluster cluster, ClientSettings settings, String prefix, String user) {
        this.context = new ClientContext(cluster, settings, prefix, user);
        this.presence = new Presence(context);
        this.departures = new Departures(context, presence);
        this.arrivals = new Arrivals(context, departures, presence);
        this.questions = new Questions(context, departures);
        List<String> subjects = new ArrayList<>(arrivals.subjects());
        subjects.add(context.subjects().news());
        endings.add(cluster.subscribe(subjects, this::onMessage));
        endings.add(cluster.addListener(this::onLink));
        endings.add(cluster.every(TICK, this::tick));
        presence.askWho();
        presence.update();
    }

    @Override
    public String target() {
        return "nats:" + context.settings().subject();
    }

    @Override
    public int peerCount() {
        return context.members().all().size();
    }

    @Override
    public void send(OutboundRequest request) {
        departures.send(request);
    }

    @Override
    public void ended(OutboundRequest request) {
        departures.ended(request);
    }

    private void onMessage(Message message) {
        if (message.subject().equals(context.subjects().news())) {
            String leaving = presence.onNews(message);
            departures.sendWaiting();
            if (leaving != null) {
                onLeaving(leaving);
            }
        } else {
            arrivals.onMessage(message);
        }
    }

    /**
     * A server leaves. It is asked about what it has, since something may never have reached it, and then told that nothing more comes:
     * it waits for that. Afterwards nobody could say what became of it.
     */
    private void onLeaving(String sid) {
        departures.whileNoneLeaves(() -> {
            questions.askAll(sid);
            context.tell(sid, List.of(Frames.control(Words.ACK, sid)));
        });
    }

    private void onLink(String error) {
        if (error != null) {
            Member refused = presence.onError(error);
            if (refused != null) {
                refused.leave();
                questions.onRefused(refused, error);
            }
        } else if (context.cluster().link().isUp()) {
            presence.onLink();
            questions.check();
            departures.sendWaiting();
        }
        presence.update();
    }

    private void tick() {
        questions.check();
        context.outgoing().check();
        presence.forgetAbsent();
        departures.failOverdue();
        departures.sendWaiting();
        presence.update();
    }

    @Override
    public String waitingFor() {
        return presence.waitingFor();
    }

    @Override
    public void setListener(Runnable listener) {
        presence.setListener(listener);
    }

    @Override
    public void report(BusDTO bus) {
        Link link = context.cluster().link();
        bus.node = link.node();
        bus.reconnects = link.losses();
        bus.asked = context.asked().get();
        bus.sentAgain = context.sentAgain().get();
        bus.targets = context.members().all().stream()
                .map(member -> member.report(context.cluster().now(), context.presentSince()))
                .toArray(TargetDTO[]::new);
    }

    @Override
    public void close() {
        for (Member member : context.members().all()) {
            context.tell(member, List.of(Frames.control(Words.BYE, context.cid())));
        }
        endings.forEach(Cluster.Ending::close);
        arrivals.close();
    }
}
