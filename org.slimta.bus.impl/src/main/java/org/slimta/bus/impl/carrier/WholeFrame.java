package org.slimta.bus.impl.carrier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FramePieces;
import org.slimta.bus.spi.FrameBytes;

/** The bytes of one outbound frame. A small frame is one buffer, any other is read piece by piece. Not thread-safe. */
final class WholeFrame implements FrameBytes {

    private final FrameEncoder encoder;
    private final byte[] rootAttributes;
    private final Consumer<BusException> onFailed;
    private FramePieces pieces;
    private boolean isDone;

    /**
     * A frame of which nothing was taken.
     *
     * @param encoder its bytes
     * @param rootAttributes the attributes of its root element
     * @param onFailed takes the failure if an attachment cannot be read
     */
    WholeFrame(FrameEncoder encoder, byte[] rootAttributes, Consumer<BusException> onFailed) {
        this.encoder = encoder;
        this.rootAttributes = rootAttributes;
        this.onFailed = onFailed;
    }

    @Override
    public long size() {
        return encoder.size() + rootAttributes.length;
    }

    @Override
    public boolean mayBlock() {
        return encoder.mayBlock();
    }

    @Override
    public ByteBuffer next() throws IOException {
        if (isDone) {
            return null;
        }
        try {
            return nextPiece();
        } catch (IOException | RuntimeException e) {
            close();
            String what = "an attachment failed, or did not have its declared size: " + e.getMessage();
            onFailed.accept(new BusException(Reason.CODEC, what, e));
            throw e instanceof IOException known ? known : new IOException(what, e);
        }
    }

    private ByteBuffer nextPiece() throws IOException {
        if (encoder.isSmall()) {
            isDone = true;
            ByteBuffer all = ByteBuffer.allocate((int) size());
            encoder.putInto(all, rootAttributes);
            return all.flip();
        }
        if (pieces == null) {
            pieces = encoder.pieces(rootAttributes);
        }
        ByteBuffer next = pieces.next();
        isDone = next == null;
        return next;
    }

    @Override
    public void close() {
        isDone = true;
        if (pieces != null) {
            try {
                pieces.close();
            } catch (IOException e) {
                // The attachment is not read any more, so its bytes do not matter.
            }
        }
    }
}
