package org.slimta.bus.bench.contestant;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.filterchain.TransportFilter;
import org.glassfish.grizzly.nio.transport.TCPNIOBindingHandler;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.nio.transport.TCPNIOTransportBuilder;
import org.glassfish.grizzly.strategies.SameThreadIOStrategy;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;

/** Grizzly, which the bus is based on, with bytes and nothing above it. */
final class RawGrizzly implements Contestant {

    @Override
    public String name() {
        return "grizzly";
    }

    @Override
    public String about() {
        return "raw Grizzly, same-thread strategy, 64 KiB read buffers, one connection; what one read brings is answered by one"
                + " write";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.complementOf(EnumSet.of(Ability.LOCAL));
    }

    @Override
    public Server serve() throws IOException {
        TCPNIOServerConnection listener = TCPNIOBindingHandler.builder(startTransport())
                .processor(chain(new GrizzlyAnswering()))
                .build()
                .bind(new InetSocketAddress(HOST, 0), 1024);
        return () -> ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    @Override
    public Client connect(int port) throws Exception {
        return new GrizzlySender(startTransport(), port);
    }

    static FilterChain chain(BaseFilter filter) {
        return FilterChainBuilder.stateless()
                .add(new TransportFilter())
                .add(filter)
                .build();
    }

    private static TCPNIOTransport startTransport() throws IOException {
        int selectors = Runtime.getRuntime().availableProcessors();
        TCPNIOTransport transport = TCPNIOTransportBuilder.newInstance()
                .setIOStrategy(SameThreadIOStrategy.getInstance())
                .setSelectorRunnersCount(selectors)
                .setSelectorThreadPoolConfig(ThreadPoolConfig.defaultConfig()
                        .copy()
                        .setCorePoolSize(selectors)
                        .setMaxPoolSize(selectors)
                        .setDaemon(true))
                .setReadBufferSize(Sockets.BUFFER_BYTES)
                .setTcpNoDelay(true)
                .setReuseAddress(true)
                .build();
        transport.start();
        return transport;
    }
}
