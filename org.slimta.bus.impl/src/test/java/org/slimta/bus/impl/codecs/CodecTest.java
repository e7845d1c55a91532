package org.slimta.bus.impl.codecs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.impl.codecs.CodecRegistry.Rank;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.OutgoingFrame;

@Timeout(30)
class CodecTest {

    interface Named {}

    interface Loud extends Named {}

    static class Animal {}

    static class Dog extends Animal implements Loud {}

    static class Puppy extends Dog {}

    /** Writes anything of its type as an empty element. */
    private record NameCodec<T>(Class<T> type, String element) implements XmlCodec<T> {

        @Override
        public void toXml(T value, XmlWriter xml, Attachments attachments) {
            xml.start(element).end();
        }

        @Override
        public T fromXml(XmlElement element, Attachments attachments) {
            return null;
        }
    }

    private final CodecRegistry registry = new CodecRegistry();
    private final Threads threads = new Threads();

    @AfterEach
    void close() {
        threads.close();
    }

    private <T> XmlCodec<T> add(Class<T> type, int ranking, long id) {
        XmlCodec<T> codec = new NameCodec<>(type, "c" + id);
        registry.add(new Rank(ranking, id), null, codec);
        return codec;
    }

    private ObjectCoder coder(Duration timeout) {
        return new ObjectCoder(registry, timeout, FrameLimits.defaults(), threads);
    }

    @Test
    void theHighestRankingServesThenTheOldest() {
        XmlCodec<Dog> first = add(Dog.class, 0, 1);
        add(Dog.class, 0, 2);
        assertSame(first, registry.find(Dog.class));
        XmlCodec<Dog> better = add(Dog.class, 10, 3);
        assertSame(better, registry.find(Dog.class));
        registry.remove(3);
        assertSame(first, registry.find(Dog.class));
        registry.remove(1);
        registry.remove(2);
        assertNull(registry.find(Dog.class));
    }

    @Test
    void theNearestSupertypeServesWhereThereIsNoneOfItsOwn() {
        XmlCodec<Object> any = add(Object.class, 100, 1);
        assertSame(any, registry.find(Puppy.class));
        XmlCodec<Named> far = add(Named.class, 0, 2);
        assertSame(far, registry.find(Puppy.class));
        XmlCodec<Animal> animal = add(Animal.class, 0, 3);
        assertSame(animal, registry.find(Puppy.class), "two steps up, as is Loud, but a class");
        XmlCodec<Dog> dog = add(Dog.class, 0, 4);
        assertSame(dog, registry.find(Puppy.class));
        XmlCodec<Puppy> own = add(Puppy.class, -5, 5);
        assertSame(own, registry.find(Puppy.class));
        assertSame(any, registry.find(Loud[].class));
        registry.remove(1);
        assertNull(registry.find(String.class));
    }

    @Test
    void aMissingCodecIsNamedWithWhatWouldProvideIt() {
        add(Dog.class, 0, 1);
        BusException failure = assertThrows(
                BusException.class,
                () -> coder(Duration.ZERO).encode(Envelope.REQUESTS, Headers.none(), List.of("text"), null));
        assertEquals(Reason.NO_CODEC, failure.reason());
        String message = failure.getMessage();
        assertTrue(message.contains("no codec for java.lang.String"), message);
        assertTrue(message.contains("install or start the bundle with an XmlCodec service"), message);
        assertTrue(message.contains(Dog.class.getName()), message);
    }

    @Test
    void aCodecThatComesInTimeServes() throws Exception {
        ObjectCoder coder = coder(Duration.ofSeconds(20));
        CompletableFuture<OutgoingFrame> encoded = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                encoded.complete(coder.encode(Envelope.REQUESTS, Headers.none(), List.of(new Dog()), null));
            } catch (BusException | InterruptedException e) {
                encoded.completeExceptionally(e);
            }
        });
        waiting.start();
        Await.parked(waiting);
        add(String.class, 0, 1);
        add(Dog.class, 0, 2);
        byte[] xml = encoded.get(20, TimeUnit.SECONDS).xml();
        assertEquals("<requests>\r\n <c2/>\r\n</requests>\r\n", new String(xml));
    }

    @Test
    void readinessParksNoThreadAndEndsEitherWay() throws Exception {
        CompletableFuture<Decoder<Dog>> comes = coder(Duration.ofSeconds(20)).decoder(PayloadType.of(Dog.class));
        coder(Duration.ofMillis(50)).decoder(PayloadType.of(Animal.class)).get(20, TimeUnit.SECONDS);
        assertTrue(!comes.isDone());
        add(Dog.class, 0, 1);
        assertTrue(comes.isDone());
    }

    @Test
    void aCodecThatWasFoundServesEvenIfItLeaves() throws Exception {
        ObjectCoder coder = coder(Duration.ZERO);
        add(Dog.class, 0, 1);
        Frame frame = new Frame(
                coder.encode(Envelope.REQUESTS, Headers.none(), List.of(new Dog()), null)
                        .xml(),
                List.of());
        Decoder<Dog> decoder = coder.decoder(PayloadType.of(Dog.class)).get();
        registry.remove(1);
        BusException failure = assertThrows(BusException.class, () -> decoder.decode(Envelope.REQUESTS, frame, null));
        assertEquals(Reason.CODEC, failure.reason(), "it was asked, and made null");
    }

    @Test
    void aCodecWritesExactlyOneElement() {
        for (int elements : new int[] {0, 2}) {
            registry.add(new Rank(elements, elements), null, new XmlCodec<Dog>() {
                @Override
                public Class<Dog> type() {
                    return Dog.class;
                }

                @Override
                public void toXml(Dog value, XmlWriter xml, Attachments attachments) {
                    for (int i = 0; i < elements; i++) {
                        xml.start("dog").end();
                    }
                }

                @Override
                public Dog fromXml(XmlElement element, Attachments attachments) {
                    return new Dog();
                }
            });
            BusException failure = assertThrows(
                    BusException.class,
                    () -> coder(Duration.ZERO).encode(Envelope.REQUESTS, Headers.none(), List.of(new Dog()), null));
            assertEquals(Reason.CODEC, failure.reason());
            assertTrue(failure.getMessage().contains(elements + " elements were written"), failure.getMessage());
        }
    }

    @Test
    void aCodecThatMakesNothingFailsItsTransaction() throws Exception {
        add(Dog.class, 0, 1);
        ObjectCoder coder = coder(Duration.ZERO);
        Frame frame = new Frame(
                coder.encode(Envelope.REQUESTS, Headers.none(), List.of(new Dog()), null)
                        .xml(),
                List.of());
        Decoder<Dog> decoder = coder.decoder(PayloadType.of(Dog.class)).get();
        BusException failure = assertThrows(BusException.class, () -> decoder.decode(Envelope.REQUESTS, frame, null));
        assertEquals(Reason.CODEC, failure.reason());
        assertTrue(failure.getMessage().contains("fromXml() returned null"), failure.getMessage());
    }

    /** As a codec does that reads a number and lets the exception pass. */
    @Test
    void textOfThePeerInTheMessageOfACodecIsCut() throws Exception {
        registry.add(new Rank(0, 1), null, new XmlCodec<Dog>() {
            @Override
            public Class<Dog> type() {
                return Dog.class;
            }

            @Override
            public void toXml(Dog value, XmlWriter xml, Attachments attachments) {
                throw new IllegalStateException("no");
            }

            @Override
            public Dog fromXml(XmlElement element, Attachments attachments) {
                Integer.parseInt(element.text());
                return new Dog();
            }
        });
        String xml = "<requests><d>1\n2" + "A".repeat(200_000) + "</d></requests>";
        Decoder<Dog> decoder = coder(Duration.ZERO).decoderNow(PayloadType.of(Dog.class));
        BusException failure = assertThrows(
                BusException.class,
                () -> decoder.decode(Envelope.REQUESTS, new Frame(xml.getBytes(UTF_8), List.of()), null));
        assertEquals(Reason.CODEC, failure.reason());
        assertTrue(failure.getMessage().contains("For input string: \"1\\n2AAA"), failure.getMessage());
        StringWriter log = new StringWriter();
        failure.printStackTrace(new PrintWriter(log));
        assertTrue(log.toString().length() < 20_000, log.toString().length() + " characters");
    }

    @Test
    void anElementWithALongNameIsShortenedInTheMessage() throws Exception {
        add(Dog.class, 0, 1);
        String name = "n".repeat(1000);
        Frame frame = new Frame(("<requests><" + name + "/></requests>").getBytes(UTF_8), List.of());
        Decoder<Dog> decoder = coder(Duration.ZERO).decoderNow(PayloadType.of(Dog.class));
        BusException failure = assertThrows(BusException.class, () -> decoder.decode(Envelope.REQUESTS, frame, null));
        assertTrue(failure.getMessage().length() < 600, failure.getMessage());
    }

    @Test
    void aListenerThatFailsDoesNotKeepOthersFromBeingNotified() {
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Error error = i % 2 == 0 ? new NoClassDefFoundError("gone") : new StackOverflowError();
            registry.addListener(() -> {
                heard.add("throws");
                throw error;
            });
            registry.addListener(() -> {
                heard.add("throws");
                throw new IllegalStateException("gone");
            });
            registry.addListener(() -> heard.add("hears"));
        }
        XmlCodec<Dog> codec = add(Dog.class, 0, 1);
        assertSame(codec, registry.find(Dog.class));
        assertEquals(4, Collections.frequency(heard, "hears"));
        registry.remove(1);
        assertNull(registry.find(Dog.class), "it has left for good");
        assertEquals(12, Collections.frequency(heard, "hears"), "before it leaves, and after");
        assertEquals(24, Collections.frequency(heard, "throws"));
    }
}
