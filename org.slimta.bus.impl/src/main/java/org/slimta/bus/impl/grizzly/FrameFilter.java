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

/** Tells what happens to a Grizzly connection; what arrives on it comes by the {@link ReadFilter}. */
final class FrameFilter extends BaseFilter {

    /** Whom a Grizzly connection serves. Called on its selector thread. */
    interface Target {

        /** Takes what arrived. The bytes are the caller's again when it returns. */
        void received(ByteBuffer bytes);

        /** Whether it reads nothing now, for whatever reason. */
        boolean isPaused();

        /** The connection is closed. May be called on any thread. */
        void closed();

        /** Something went wrong that concerns this connection alone. May be called on any thread. */
        void failed(Throwable cause);
    }

    private static final Attribute<Target> TARGET =
            Grizzly.DEFAULT_ATTRIBUTE_BUILDER.createAttribute("org.slimta.bus.channel");

    private final Consumer<Connection<?>> onAccept;

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
