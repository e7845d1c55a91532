package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.util.function.Consumer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.Grizzly;
import org.glassfish.grizzly.attributes.Attribute;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;

/** Tells what happens to a Grizzly connection; what arrives on it comes by the {@link ReadFilter}. */
final class FrameFilter extends BaseFilter {

    private static final Attribute<FrameChannel> CHANNEL =
            Grizzly.DEFAULT_ATTRIBUTE_BUILDER.createAttribute("org.slimta.bus.channel");

    private final Consumer<Connection<?>> onAccept;

    FrameFilter(Consumer<Connection<?>> onAccept) {
        this.onAccept = onAccept;
    }

    static void attach(Connection<?> connection, FrameChannel channel) {
        CHANNEL.set(connection, channel);
    }

    /** The channel of a connection, or null if it has none yet. */
    static FrameChannel channelOf(Connection<?> connection) {
        return CHANNEL.get(connection);
    }

    @Override
    public NextAction handleAccept(FilterChainContext context) throws IOException {
        try {
            onAccept.accept(context.getConnection());
        } catch (RuntimeException | Error e) {
            exceptionOccurred(context, e);
        }
        return context.getStopAction();
    }

    @Override
    public NextAction handleClose(FilterChainContext context) throws IOException {
        FrameChannel channel = CHANNEL.get(context.getConnection());
        if (channel != null) {
            try {
                channel.closed();
            } catch (RuntimeException | Error e) {
                channel.failed(e);
            }
        }
        return context.getInvokeAction();
    }

    @Override
    public void exceptionOccurred(FilterChainContext context, Throwable error) {
        FrameChannel channel = CHANNEL.get(context.getConnection());
        if (channel != null) {
            channel.failed(error);
        } else {
            context.getConnection().terminateSilently();
        }
    }
}
