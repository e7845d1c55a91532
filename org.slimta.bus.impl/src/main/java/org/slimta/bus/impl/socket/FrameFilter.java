package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.util.function.Consumer;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.Grizzly;
import org.glassfish.grizzly.attributes.Attribute;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;

/** Brings what happens on a Grizzly connection to its {@link FrameChannel}. */
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

    @Override
    public NextAction handleAccept(FilterChainContext context) throws IOException {
        onAccept.accept(context.getConnection());
        return context.getStopAction();
    }

    @Override
    public NextAction handleRead(FilterChainContext context) throws IOException {
        Buffer buffer = context.getMessage();
        FrameChannel channel = CHANNEL.get(context.getConnection());
        if (channel != null) {
            channel.received(buffer.toByteBuffer());
        }
        buffer.tryDispose();
        return context.getStopAction();
    }

    @Override
    public NextAction handleClose(FilterChainContext context) throws IOException {
        FrameChannel channel = CHANNEL.get(context.getConnection());
        if (channel != null) {
            channel.closed();
        }
        return context.getInvokeAction();
    }

    @Override
    public void exceptionOccurred(FilterChainContext context, Throwable error) {
        context.getConnection().closeSilently();
    }
}
