package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.Grizzly;
import org.glassfish.grizzly.attributes.Attribute;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;

/**
 * Reports what happens to Grizzly connections, but for what arrives on them: that comes from the {@link ReadFilter}.
 */
final class FrameFilter extends BaseFilter {

    /**
     * Notified of what happens on one Grizzly connection. Called on its selector thread, unless a method says
     * otherwise.
     */
    interface Target {

        /** Bytes have arrived. They belong to the caller again when this returns. */
        void received(ByteBuffer bytes);

        /** Whether reading is paused, for any reason. */
        boolean isPaused();

        /** The connection was closed. May be called on any thread. */
        void closed();

        /** The connection failed unexpectedly, and no other. May be called on any thread. */
        void failed(Throwable cause);
    }

    private static final Attribute<Target> TARGET =
            Grizzly.DEFAULT_ATTRIBUTE_BUILDER.createAttribute("org.slimta.bus.channel");

    private final Consumer<Connection<?>> onAccept;

    /**
     * Creates a filter.
     *
     * @param onAccept receives each accepted connection, on its selector thread
     */
    FrameFilter(Consumer<Connection<?>> onAccept) {
        this.onAccept = onAccept;
    }

    static void attach(Connection<?> connection, Target target) {
        TARGET.set(connection, target);
    }

    /** The target of a connection, or null if it has none yet. */
    static Target targetOf(Connection<?> connection) {
        return TARGET.get(connection);
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
        Target target = TARGET.get(context.getConnection());
        if (target != null) {
            try {
                target.closed();
            } catch (RuntimeException | Error e) {
                target.failed(e);
            }
        }
        return context.getInvokeAction();
    }

    @Override
    public void exceptionOccurred(FilterChainContext context, Throwable error) {
        Target target = TARGET.get(context.getConnection());
        if (target != null) {
            target.failed(error);
        } else {
            context.getConnection().terminateSilently();
        }
    }
}
