package org.slimta.bus.impl.exchange;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Values by the numbers of transactions. The numbers of one client rise, so nearly every value has a place of its own
 * in an array, which grows with the distance of the numbers up to a limit; the others are in a map. Not thread-safe.
 *
 * @param <E> type of the values
 */
final class NumberedRing<E> {

    private static final int MIN_PLACES = 64;
    private static final int MAX_PLACES = 1 << 14;

    /** The array has no more places for each value, so that a few values with distant numbers do not use much memory. */
    private static final int PLACES_EACH = 16;

    private long[] numbers = new long[MIN_PLACES];
    private Object[] values = new Object[MIN_PLACES];
    private Map<Long, E> others; // Null until a place is taken although the array may not grow.
    private int size;
    private long removedUpTo;

    int size() {
        return size;
    }

    /** Returns the size of the array. */
    int places() {
        return values.length;
    }

    private int place(long number) {
        return (int) number & values.length - 1;
    }

    /** Adds a value, whose number is not used by another one here. */
    void put(long number, E value) {
        size++;
        while (values[place(number)] != null && values.length < Math.min(MAX_PLACES, PLACES_EACH * size)) {
            grow();
        }
        int place = place(number);
        if (values[place] == null) {
            numbers[place] = number;
            values[place] = value;
        } else {
            if (others == null) {
                others = new HashMap<>();
            }
            others.put(number, value);
        }
    }

    /** Values that had a place of their own have one in the larger array too. */
    private void grow() {
        long[] oldNumbers = numbers;
        Object[] oldValues = values;
        numbers = new long[2 * oldNumbers.length];
        values = new Object[2 * oldValues.length];
        for (int i = 0; i < oldValues.length; i++) {
            if (oldValues[i] != null) {
                int place = place(oldNumbers[i]);
                numbers[place] = oldNumbers[i];
                values[place] = oldValues[i];
            }
        }
    }

    /** Returns the value with a number, or null. */
    E get(long number) {
        int place = place(number);
        if (values[place] != null && numbers[place] == number) {
            return valueAt(place);
        }
        return others == null ? null : others.get(number);
    }

    @SuppressWarnings("unchecked") // The array has values of this type only.
    private E valueAt(int place) {
        return (E) values[place];
    }

    /** Removes and returns the value with a number; null if there is none. */
    E remove(long number) {
        int place = place(number);
        E removed = null;
        if (values[place] != null && numbers[place] == number) {
            removed = valueAt(place);
            values[place] = null;
        } else if (others != null) {
            removed = others.remove(number);
        }
        if (removed != null) {
            size--;
        }
        return removed;
    }

    /** Removes the values with numbers up to this one, and passes them to an action. */
    void removeUpTo(long last, Consumer<E> action) {
        if (last <= removedUpTo || size == 0) {
            removedUpTo = Math.max(removedUpTo, last);
            return;
        }
        if (last - removedUpTo < values.length) {
            for (long number = removedUpTo + 1; number - last <= 0; number++) { // Not above the largest number.
                removeAt(place(number), last, action);
            }
        } else {
            for (int place = 0; place < values.length; place++) {
                removeAt(place, last, action);
            }
        }
        if (others != null && !others.isEmpty()) {
            others.entrySet().removeIf(entry -> {
                boolean removes = entry.getKey() <= last;
                if (removes) {
                    size--;
                    action.accept(entry.getValue());
                }
                return removes;
            });
        }
        removedUpTo = last;
    }

    private void removeAt(int place, long last, Consumer<E> action) {
        if (values[place] != null && numbers[place] <= last) {
            E removed = valueAt(place);
            values[place] = null;
            size--;
            action.accept(removed);
        }
    }

    /** Passes each value to an action, which must not add or remove any. */
    void forEach(Consumer<E> action) {
        for (int place = 0; place < values.length; place++) {
            if (values[place] != null) {
                action.accept(valueAt(place));
            }
        }
        if (others != null) {
            others.values().forEach(action);
        }
    }
}
