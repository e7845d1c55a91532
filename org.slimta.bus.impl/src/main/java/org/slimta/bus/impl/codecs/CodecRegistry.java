package org.slimta.bus.impl.codecs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.slimta.bus.api.runtime.CodecDTO;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.status.Listeners;

/**
 * Codecs that come and go. Look-ups are not cached, so that no class of a bundle that has left is kept in memory here;
 * finding the codec of a type itself takes one access to a map.
 */
public class CodecRegistry implements Codecs {

    private final TreeMap<Rank, Entry> ranked = new TreeMap<>();
    private volatile Map<Class<?>, XmlCodec<?>> best = Map.of();
    private volatile Map<String, List<XmlCodec<?>>> named = Map.of();
    private final Listeners listeners = new Listeners("codecs");

    /**
     * The precedence of a codec among several for one type: the highest ranking first, then the lowest id.
     *
     * @param ranking the service ranking
     * @param id the service id, unique
     */
    public record Rank(int ranking, long id) implements Comparable<Rank> {
        @Override
        public int compareTo(Rank other) {
            int byRanking = Integer.compare(other.ranking, ranking);
            return byRanking != 0 ? byRanking : Long.compare(id, other.id);
        }
    }

    /** One codec: the class of its objects, the name of that type or null, and whether the codec is about to leave. */
    private record Entry(Class<?> type, String name, XmlCodec<?> codec, boolean leaves) {}

    /**
     * Adds a codec, or changes its rank.
     *
     * @param rank its rank
     * @param name the name of its type, or null
     * @param codec the codec
     * @throws NullPointerException if its {@code type()} is null
     */
    public final void add(Rank rank, String name, XmlCodec<?> codec) {
        Entry entry = new Entry(Objects.requireNonNull(codec.type(), "its type() is null"), name, codec, false);
        synchronized (ranked) {
            ranked.keySet().removeIf(other -> other.id() == rank.id());
            ranked.put(rank, entry);
            publish();
        }
        listeners.notifyListeners();
    }

    /**
     * Removes a codec, after those who use it have released it.
     *
     * @param id its id
     */
    public final void remove(long id) {
        synchronized (ranked) {
            ranked.replaceAll((rank, entry) ->
                    rank.id() == id ? new Entry(entry.type(), entry.name(), entry.codec(), true) : entry);
            publish();
        }
        listeners.notifyListeners();
        synchronized (ranked) {
            ranked.keySet().removeIf(rank -> rank.id() == id);
            publish();
        }
        listeners.notifyListeners();
    }

    private void publish() {
        Map<Class<?>, XmlCodec<?>> next = new HashMap<>();
        ranked.values().forEach(entry -> next.putIfAbsent(entry.type(), entry.codec()));
        Map<String, List<XmlCodec<?>>> names = new HashMap<>();
        for (Entry entry : ranked.values()) {
            if (entry.name() != null && !entry.leaves()) {
                names.computeIfAbsent(entry.name(), name -> new ArrayList<>()).add(entry.codec());
            }
        }
        best = next;
        named = names;
    }

    /** Returns a copy of all codecs, in the order of their ranks. */
    private Map<Rank, Entry> ranked() {
        synchronized (ranked) {
            return new LinkedHashMap<>(ranked);
        }
    }

    @Override
    public List<XmlCodec<?>> named(String name) {
        return Collections.unmodifiableList(named.getOrDefault(name, List.of()));
    }

    @Override
    public XmlCodec<?> find(Class<?> type) {
        Map<Class<?>, XmlCodec<?>> codecs = best;
        XmlCodec<?> own = codecs.get(type);
        return own != null ? own : findNearest(type, codecs);
    }

    private static XmlCodec<?> findNearest(Class<?> type, Map<Class<?>, XmlCodec<?>> codecs) {
        Deque<Class<?>> near = new ArrayDeque<>();
        Set<Class<?>> seen = new HashSet<>();
        near.add(type);
        while (!near.isEmpty()) {
            Class<?> next = near.poll();
            if (next == null || !seen.add(next)) {
                continue;
            }
            XmlCodec<?> codec = codecs.get(next);
            if (codec != null) {
                return codec;
            }
            if (next.getSuperclass() != null && next.getSuperclass() != Object.class) {
                near.add(next.getSuperclass());
            }
            near.addAll(List.of(next.getInterfaces()));
        }
        return codecs.get(Object.class);
    }

    @Override
    public List<CodecDTO> report() {
        List<CodecDTO> all = new ArrayList<>();
        ranked().forEach((rank, entry) -> {
            CodecDTO dto = new CodecDTO();
            dto.serviceId = rank.id();
            dto.ranking = rank.ranking();
            dto.type = entry.name();
            dto.objectClass = entry.type().getName();
            dto.codecClass = entry.codec().getClass().getName();
            dto.bundle = Bundles.nameOf(entry.codec().getClass());
            dto.serves = best.get(entry.type()) == entry.codec();
            all.add(dto);
        });
        return all;
    }

    @Override
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    @Override
    public List<String> typeNames() {
        return ranked().values().stream()
                .map(entry -> entry.type().getName() + (entry.name() == null ? "" : " (" + entry.name() + ")"))
                .distinct()
                .sorted()
                .toList();
    }
}
