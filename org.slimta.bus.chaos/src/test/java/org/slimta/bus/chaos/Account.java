package org.slimta.bus.chaos;

import java.util.ArrayList;
import java.util.List;

/** All events of one transaction in the journals. */
final class Account {

    final long number;
    final List<Event> sent = new ArrayList<>(1);
    final List<Event> ended = new ArrayList<>(1);
    final List<Event> received = new ArrayList<>(1);
    final List<Event> answering = new ArrayList<>(1);

    Account(long number) {
        this.number = number;
    }

    void add(Event event) {
        switch (event.kind()) {
            case SENT -> sent.add(event);
            case ENDED -> ended.add(event);
            case RECEIVED -> received.add(event);
            case ANSWERING -> answering.add(event);
            default -> {
                // Such events are only for readers of the journal.
            }
        }
    }

    @Override
    public String toString() {
        return number + ": " + sent + ended + received + answering;
    }
}
