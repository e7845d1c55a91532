package org.slimta.bus.impl.socket;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions.Balance;
import org.slimta.bus.api.runtime.TargetDTO;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.exchange.FrameCarrier;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.spi.LeastInFlight;

/**
 * Chooses one of several servers for each transaction of a client. A server that cannot be reached, or is closing,
 * rests, and others take over what was not sent to it. Thread-safe.
 *
 * @param <R> type of the responses
 */
final class LoadBalancer<R> implements FrameCarrier<R>, Target.Owner<R> {

    private static final Duration CHECK_PAUSE = TargetRest.MIN_PAUSE;

    private static final Duration LEAVING_CHECK = Duration.ofSeconds(10);

    /** A message lists at most this many servers. */
    private static final int MAX_LISTED = 8;

    private final ConnectionContexts<R> contexts;
    private final Timer timer;
    private final TargetHosts hosts;
    private final PeriodicCheck check;
    private final PeriodicCheck departures;
    private final List<Target<R>> leaving = new CopyOnWriteArrayList<>();
    private Map<TargetHosts.Server, Target<R>> byServer = Map.of(); // Guarded by this.
    private volatile List<Target<R>> targets = List.of(); // Written under the lock of this.
    private volatile boolean stopped; // Written under the lock of this.

    /**
     * Creates a balancer. Does not connect.
     *
     * @param contexts what connections of the client need
     * @param network makes connections
     * @param timer for rests and checks
     * @param servers the hosts with their ports, at least one
     */
    LoadBalancer(ConnectionContexts<R> contexts, Network network, Timer timer, List<InetSocketAddress> servers) {
        this.contexts = contexts;
        this.timer = timer;
        this.hosts = new TargetHosts(network.resolver(), network.lookups(), this::update);
        this.check = new PeriodicCheck(timer, CHECK_PAUSE, this::probeForWaiting);
        this.departures = new PeriodicCheck(timer, LEAVING_CHECK, this::closeLeft);
        setHosts(servers);
    }

    /** Uses these hosts from now on. Connections to others end with the transactions that are in flight on them. */
    void setHosts(List<InetSocketAddress> servers) {
        hosts.set(servers, timer.now());
        update();
    }

    /** Creates the targets that are missing, and takes leave of those that are not wanted any more. */
    private void update() {
        List<Target<R>> unwanted = new ArrayList<>();
        synchronized (this) {
            if (stopped) {
                return;
            }
            Map<TargetHosts.Server, Target<R>> before = byServer;
            Map<TargetHosts.Server, Target<R>> now = new LinkedHashMap<>();
            for (TargetHosts.Server server : hosts.servers()) {
                Target<R> known = before.get(server);
                now.put(server, known != null ? known : newTarget(server));
            }
            before.forEach((server, target) -> {
                if (!now.containsKey(server)) {
                    leaving.add(target);
                    unwanted.add(target);
                }
            });
            byServer = now;
            targets = List.copyOf(now.values());
        }
        unwanted.forEach(Target::leave); // Not under the lock: its transactions go to other targets.
        if (!unwanted.isEmpty()) {
            departures.wakeAt(timer.now() + LEAVING_CHECK.toNanos());
        }
    }

    private Target<R> newTarget(TargetHosts.Server server) {
        String host = server.host().getHostString();
        int port = server.host().getPort();
        Network network = contexts.current().network();
        ServerAddresses addresses = server.address() != null
                ? ServerAddresses.only(host, port, server.address())
                : new ServerAddresses(host, port, network.resolver(), network.lookups());
        return new Target<>(this, new TargetServer<>(contexts, addresses, server.name()), timer);
    }

    @Override
    public void dispatch(FramedTransaction<R> transaction) {
        if (transaction.isDone()) {
            return;
        }
        hosts.lookUpIfDue(timer);
        TargetRoute<R> route = routeOf(transaction);
        if (route == null) {
            route = new TargetRoute<>();
            transaction.setRoute(route);
        }
        Target<R> target = choose(route);
        if (target == null) {
            route.clear();
            target = choose(route);
        }
        give(transaction, route, target);
    }

    @SuppressWarnings("unchecked") // The routes of the transactions of a client are those that are made here.
    private TargetRoute<R> routeOf(FramedTransaction<R> transaction) {
        return (TargetRoute<R>) transaction.route();
    }

    private void give(FramedTransaction<R> transaction, TargetRoute<R> route, Target<R> target) {
        route.moveTo(target);
        target.pool().dispatch(transaction);
        if (transaction.isDone()) {
            route.ended(); // It may have ended just before it was counted.
            target.endProbe(); // It may have been the probe.
        }
        if (target.hasWaiting()) {
            check.wakeAt(timer.now() + CHECK_PAUSE.toNanos());
        }
    }

    @Override
    public void dispatchSoon(FramedTransaction<R> transaction) {
        contexts.current().network().connecting().execute(() -> dispatch(transaction));
    }

    /**
     * Chooses a server that was not tried in vain for a transaction: one whose rest is over gets one transaction as a
     * probe; otherwise one that can be reached; otherwise one that is expected back; otherwise any.
     *
     * @return the target; null if all were tried
     */
    private Target<R> choose(TargetRoute<R> route) {
        List<Target<R>> all = targets;
        boolean inOrder = contexts.client().options().balance() == Balance.ORDER;
        long now = timer.now();
        Target<R> lastResort = null;
        int first = inOrder || all.size() < 2 ? 0 : ThreadLocalRandom.current().nextInt(all.size());
        for (int i = 0; i < all.size(); i++) {
            Target<R> each = all.get((first + i) % all.size());
            if (route.hasFailed(each)) {
                continue;
            }
            if (each.isReady()) {
                if (inOrder) {
                    return each;
                }
            } else if (each.takeProbe(now)) {
                return each;
            } else if (lastResort == null || (each.isAway() && !lastResort.isAway())) {
                lastResort = each;
            }
        }
        Target<R> best = LeastInFlight.choose(all, each -> each.isReady() && !route.hasFailed(each), Target::inFlight);
        return best != null ? best : lastResort;
    }

    @Override
    public boolean mayTakeOver(Target<R> from, FramedTransaction<R> transaction) {
        TargetRoute<R> route = routeOf(transaction);
        for (Target<R> each : targets) {
            if (each != from && !route.hasFailed(each) && (each.isReady() || !from.isAway())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean takeOver(Target<R> from, FramedTransaction<R> transaction, BusException failure) {
        boolean taken = !stopped && mayTakeOver(from, transaction);
        routeOf(transaction).failed(from, failure);
        if (taken) {
            dispatchSoon(transaction);
        }
        return taken;
    }

    @Override
    public BusException failureOfAll(FramedTransaction<R> transaction, BusException last) {
        List<BusException> tried = routeOf(transaction).failures();
        if (tried.size() < 2) {
            return last;
        }
        boolean same = tried.stream().allMatch(each -> each.reason() == last.reason());
        String all =
                tried.stream().limit(MAX_LISTED).map(LoadBalancer::withoutBus).collect(Collectors.joining("; "));
        return contexts.client()
                .failures()
                .of(
                        same ? last.reason() : Reason.CONNECT,
                        contexts.client().target(),
                        "cannot connect to any of its " + tried.size() + " servers: " + all
                                + (tried.size() > MAX_LISTED ? "; and so on" : ""),
                        last);
    }

    /** Returns the part of a message that names the server and what happened. */
    private static String withoutBus(BusException failure) {
        String message = failure.getMessage();
        int peer = message.indexOf(", peer ");
        return peer < 0 ? message : message.substring(peer + ", peer ".length());
    }

    /** It takes over what waits for others to come back. */
    @Override
    public void returned(Target<R> target) {
        for (Target<R> each : targets) {
            if (each != target && !each.isReady()) {
                each.pool().unsent().takeAll().forEach(this::dispatchSoon);
            }
        }
    }

    /** While transactions wait for a server that is away, one of them probes each other server whose rest is over. */
    private long probeForWaiting() {
        long now = timer.now();
        boolean waiting = false;
        for (Target<R> each : targets) {
            if (each.isReady() || !each.hasWaiting()) {
                continue;
            }
            waiting = true;
            for (Target<R> other : targets) {
                if (other != each && !other.isReady() && other.takeProbe(now)) {
                    probe(each, other);
                }
            }
        }
        return waiting && !stopped ? CHECK_PAUSE.toNanos() : PeriodicCheck.NOT_AGAIN;
    }

    private void probe(Target<R> from, Target<R> to) {
        FramedTransaction<R> probe = from.pool().unsent().takeOne();
        if (probe == null) {
            to.endProbe();
            return;
        }
        contexts.current().network().connecting().execute(() -> {
            TargetRoute<R> route = routeOf(probe);
            route.clear();
            give(probe, route, to);
        });
    }

    @Override
    public void lookUpSoon() {
        hosts.lookUpSoon(timer.now());
    }

    /** Closes the targets that have left. Each was left long ago, so that no thread is about to give it a transaction. */
    private long closeLeft() {
        long now = timer.now();
        List<Target<R>> left =
                leaving.stream().filter(target -> target.hasLeft(now)).toList();
        leaving.removeAll(left);
        for (Target<R> target : left) {
            target.pool().stop();
            target.pool().close();
        }
        return leaving.isEmpty() || stopped ? PeriodicCheck.NOT_AGAIN : LEAVING_CHECK.toNanos();
    }

    /** Calls an action with the connections to each server. */
    void forEachPool(Consumer<ConnectionPool<R>> action) {
        targets.forEach(target -> action.accept(target.pool()));
        leaving.forEach(target -> action.accept(target.pool()));
    }

    /** Returns the reports of the servers. */
    TargetDTO[] report() {
        List<Target<R>> all = new ArrayList<>(targets);
        all.addAll(leaving);
        return all.stream().map(Target::report).toArray(TargetDTO[]::new);
    }

    @Override
    public int peerCount() {
        int[] count = {0};
        forEachPool(pool -> count[0] += pool.peerCount());
        return count[0];
    }

    @Override
    public void stop() {
        synchronized (this) {
            stopped = true;
        }
        forEachPool(ConnectionPool::stop);
    }

    @Override
    public void close() {
        check.cancel();
        departures.cancel();
        forEachPool(ConnectionPool::close);
    }
}
