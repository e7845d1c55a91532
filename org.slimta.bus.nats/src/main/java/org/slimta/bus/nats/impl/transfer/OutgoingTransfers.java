package org.slimta.bus.nats.impl.transfer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The large frames of one end that are sent now. Only some move at a time, since each keeps a window of its frame. Thread-safe. */
public final class OutgoingTransfers {

    private static final int MAX_MOVING = 16;

    private final Set<OutgoingTransfer> moving = new LinkedHashSet<>(); // Guarded by this.
    private final Deque<OutgoingTransfer> waiting = new ArrayDeque<>(); // Guarded by this.

    /**
     * Offers a frame, now or when fewer are moving.
     *
     * @param transfer the frame
     */
    public void begin(OutgoingTransfer transfer) {
        synchronized (this) {
            if (moving.size() >= MAX_MOVING) {
                waiting.add(transfer);
                return;
            }
            moving.add(transfer);
        }
        transfer.begin();
    }

    /**
     * A frame is not sent any more, or has arrived.
     *
     * @param transfer the frame
     */
    public void end(OutgoingTransfer transfer) {
        OutgoingTransfer next = null;
        synchronized (this) {
            waiting.remove(transfer);
            if (moving.remove(transfer) && !waiting.isEmpty()) {
                next = waiting.poll();
                moving.add(next);
            }
        }
        transfer.close();
        if (next != null) {
            next.begin();
        }
    }

    /** Sends again what has not moved. To be called periodically. */
    public void check() {
        List<OutgoingTransfer> now;
        synchronized (this) {
            now = new ArrayList<>(moving);
        }
        now.forEach(OutgoingTransfer::check);
    }
}
