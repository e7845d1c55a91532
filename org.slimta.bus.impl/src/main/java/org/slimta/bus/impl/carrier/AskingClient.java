package org.slimta.bus.impl.carrier;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.slimta.bus.impl.exchange.ClientRecord;
import org.slimta.bus.impl.exchange.ClientRecords;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.RememberedClient;
import org.slimta.bus.spi.RequestSource;

/** A client that may ask what became of its requests. Thread-safe. */
final class AskingClient<Q, R> implements RememberedClient {

    private final ClientRecords<RememberedRequest<Q, R>> records;
    private final ClientRecord<RememberedRequest<Q, R>> record;
    private final BiFunction<RequestSource, AskingClient<Q, R>, FrameReceiver> newRequest;
    private final AtomicBoolean left = new AtomicBoolean();

    /**
     * A client that has just come.
     *
     * @param records what the server remembers
     * @param record what it remembers of this client
     * @param newRequest takes the bytes of a request
     */
    AskingClient(
            ClientRecords<RememberedRequest<Q, R>> records,
            ClientRecord<RememberedRequest<Q, R>> record,
            BiFunction<RequestSource, AskingClient<Q, R>, FrameReceiver> newRequest) {
        this.records = records;
        this.record = record;
        this.newRequest = newRequest;
    }

    ClientRecords<RememberedRequest<Q, R>> records() {
        return records;
    }

    ClientRecord<RememberedRequest<Q, R>> record() {
        return record;
    }

    /** A request has arrived; returns what becomes of it. */
    ClientRecord.Arrival arrived(RememberedRequest<Q, R> request, FrameHeader header) {
        if (header.negotiation().seen() > 0) {
            record.seen(header.negotiation().seen());
        }
        return record.arrivedPerhapsAgain(request, header.negotiation().epoch());
    }

    @Override
    public FrameReceiver newRequest(RequestSource source) {
        return newRequest.apply(source, this);
    }

    @Override
    public FrameReceiver newRequest(RequestSource source, long number, long epoch) {
        return switch (record.arriving(number, epoch)) {
            case TAKEN -> newRequest(source);
            case DUPLICATE -> null;
            case TOO_LATE -> {
                source.giveBack();
                yield null;
            }
        };
    }

    @Override
    public Answer ask(long number, long epoch) {
        AtomicReference<RememberedRequest<Q, R>> found = new AtomicReference<>();
        ClientRecord.Answer answer = record.ask(number, epoch, request -> {
            found.set(request);
            return request.asked();
        });
        return switch (answer) {
            case WORKING -> Answer.WORKING;
            case UNKNOWN -> Answer.UNKNOWN;
            case FORGOTTEN -> Answer.FORGOTTEN;
            case REPLIED -> {
                found.get().replyAgain(); // Not under the lock of the record: it calls the carrier.
                yield Answer.REPLIED;
            }
        };
    }

    @Override
    public List<Long> unanswered(long age) {
        return record.unanswered().stream()
                .filter(request -> request.age() >= age)
                .map(RememberedRequest::tx)
                .toList();
    }

    @Override
    public void cancel(long number) {
        RememberedRequest<Q, R> request = record.find(number);
        if (request != null) {
            request.cancelByClient();
        } else {
            record.deny(number);
        }
    }

    @Override
    public void left() {
        if (left.compareAndSet(false, true)) {
            records.leave(record);
        }
    }
}
