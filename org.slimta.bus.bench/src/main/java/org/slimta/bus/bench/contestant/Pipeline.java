package org.slimta.bus.bench.contestant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Payload;

/**
 * Requests on one connection, whose replies arrive in the same order. Requests that call-backs send while replies are
 * read are written together afterwards.
 */
final class Pipeline {

    private final Output out;
    private final FrameAssembler assembler = new FrameAssembler(this::answered);
    private final Queue<Pending> pending = new ArrayDeque<>();
    private ByteBuffer gathered = ByteBuffer.allocate(16 << 10);
    private Thread reader;

    Pipeline(Output out) {
        this.out = out;
    }

    synchronized void send(Payload payload, Completion completion) {
        pending.add(new Pending(payload, completion));
        byte[] frame = payload.frame();
        if (Thread.currentThread() == reader) {
            gathered = Room.of(frame.length, gathered);
            gathered.put(frame);
        } else {
            flush();
            write(frame);
        }
    }

    void read(ByteBuffer in) {
        synchronized (this) {
            reader = Thread.currentThread();
        }
        assembler.feed(in);
        synchronized (this) {
            reader = null;
            flush();
        }
    }

    void failed(Throwable cause) {
        List<Pending> lost;
        synchronized (this) {
            lost = new ArrayList<>(pending);
            pending.clear();
        }
        lost.forEach(each -> each.completion.failed(cause));
    }

    private void answered(byte[] reply) {
        Pending first;
        synchronized (this) {
            first = pending.remove();
        }
        first.payload.check(reply.length);
        first.completion.done();
    }

    private void flush() {
        if (gathered.position() > 0) {
            byte[] frames = new byte[gathered.flip().remaining()];
            gathered.get(frames).clear();
            write(frames);
        }
    }

    private void write(byte[] frames) {
        try {
            out.write(frames);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The output for frames. */
    interface Output {
        void write(byte[] frames) throws IOException;
    }

    private record Pending(Payload payload, Completion completion) {}
}
