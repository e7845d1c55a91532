package org.slimta.bus.nats.impl.jnats;

import io.nats.client.StatisticsCollector;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells whether what is published is also written. The queue of the library cannot be asked for its size while its writer waits for
 * the network. Also makes the library write more at once: each write costs a system call, and wakes the node and a thread at the other
 * end, which costs more than most transactions do. Thread-safe.
 */
final class WriteProgress implements StatisticsCollector {

    /** So much may be published after the last write that has ended: the library writes what is waiting, 64 KiB at a time. */
    static final long MAX_UNWRITTEN_BYTES = 32 << 20;

    /** After a larger write the next one is large enough in any case. */
    static final int SMALL_WRITE_BYTES = 32 << 10;

    /** So often at most the writer lets other threads go first. */
    static final int MAX_YIELDS = 8;

    /** So many messages are enough for one write: with more, this end and the others would wait for each other. */
    static final int ENOUGH_MESSAGES = 16;

    private final AtomicLong sinceWrite = new AtomicLong();
    private final AtomicLong published = new AtomicLong();
    private final Runnable yielding;

    WriteProgress() {
        this(Thread::yield);
    }

    /**
     * For tests.
     *
     * @param yielding lets other threads go first
     */
    WriteProgress(Runnable yielding) {
        this.yielding = yielding;
    }

    /** Something is about to be published. Returns false if nothing may be. */
    boolean mayPublish(int bytes) {
        published.incrementAndGet();
        return sinceWrite.addAndGet(bytes) <= MAX_UNWRITTEN_BYTES;
    }

    @Override
    public void registerWrite(long bytes) {
        sinceWrite.set(0);
        if (bytes <= SMALL_WRITE_BYTES) {
            letOthersPublish();
        }
    }

    /** On the thread of the writer: lets threads that are ready to publish do so first, as long as that brings something. */
    private void letOthersPublish() {
        long first = published.get();
        long before = first;
        for (int i = 0; i < MAX_YIELDS && before - first < ENOUGH_MESSAGES; i++) {
            yielding.run();
            long now = published.get();
            if (now == before) {
                return;
            }
            before = now;
        }
    }

    @Override
    public void setAdvancedTracking(boolean trackAdvanced) {}

    @Override
    public void incrementPingCount() {}

    @Override
    public void incrementReconnects() {}

    @Override
    public void incrementDroppedCount() {}

    @Override
    public void incrementOkCount() {}

    @Override
    public void incrementErrCount() {}

    @Override
    public void incrementExceptionCount() {}

    @Override
    public void incrementRequestsSent() {}

    @Override
    public void incrementRepliesReceived() {}

    @Override
    public void incrementDuplicateRepliesReceived() {}

    @Override
    public void incrementOrphanRepliesReceived() {}

    @Override
    @Deprecated
    public void incrementInMsgs() {}

    @Override
    @Deprecated
    public void incrementOutMsgs() {}

    @Override
    public void incrementFlushCounter() {}

    @Override
    public void incrementOutstandingRequests() {}

    @Override
    public void decrementOutstandingRequests() {}

    @Override
    @Deprecated
    public void incrementInBytes(long bytes) {}

    @Override
    @Deprecated
    public void incrementOutBytes(long bytes) {}

    @Override
    public void registerRead(long bytes) {}

    @Override
    public long getPings() {
        return 0;
    }

    @Override
    public long getReconnects() {
        return 0;
    }

    @Override
    public long getDroppedCount() {
        return 0;
    }

    @Override
    public long getOKs() {
        return 0;
    }

    @Override
    public long getErrs() {
        return 0;
    }

    @Override
    public long getExceptions() {
        return 0;
    }

    @Override
    public long getRequestsSent() {
        return 0;
    }

    @Override
    public long getRepliesReceived() {
        return 0;
    }

    @Override
    public long getDuplicateRepliesReceived() {
        return 0;
    }

    @Override
    public long getOrphanRepliesReceived() {
        return 0;
    }

    @Override
    public long getInMsgs() {
        return 0;
    }

    @Override
    public long getOutMsgs() {
        return 0;
    }

    @Override
    public long getInBytes() {
        return 0;
    }

    @Override
    public long getOutBytes() {
        return 0;
    }

    @Override
    public long getFlushCounter() {
        return 0;
    }

    @Override
    public long getOutstandingRequests() {
        return 0;
    }
}
