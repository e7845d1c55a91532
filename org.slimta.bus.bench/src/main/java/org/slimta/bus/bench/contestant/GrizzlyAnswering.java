package org.slimta.bus.bench.contestant;

import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Grizzly;
import org.glassfish.grizzly.attributes.Attribute;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.memory.Buffers;

/** The server of raw Grizzly. */
final class GrizzlyAnswering extends BaseFilter {

    private final Attribute<Incoming> incoming =
            Grizzly.DEFAULT_ATTRIBUTE_BUILDER.createAttribute("bench.incoming", Incoming::new);

    @Override
    public NextAction handleRead(FilterChainContext context) {
        Incoming own = incoming.get(context.getConnection());
        Buffer read = context.getMessage();
        own.assembler.feed(read.toByteBuffer());
        read.tryDispose();
        if (!own.replies.isEmpty()) {
            context.write(Buffers.wrap(context.getMemoryManager(), own.replies.take()));
        }
        return context.getStopAction();
    }

    private static final class Incoming {

        final Replies replies = new Replies();
        final FrameAssembler assembler = new FrameAssembler(replies::add);
    }
}
