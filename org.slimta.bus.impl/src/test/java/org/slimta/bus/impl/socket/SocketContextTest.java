package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The context of connections is replaced when its options change; what was before is gone, but for what is still under way. */
@Timeout(60)
class SocketContextTest {

    @Test
    void theEndOfBeforeAReconfigurationIsReleased() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
            SocketClient<String, String> client = (SocketClient<String, String>)
                    factory.newClient("127.0.0.1", 25, String.class, String.class, ClientOptions.defaults());
            WeakReference<SocketContext> before =
                    new WeakReference<>(client.server().context());
            client.reconfigure(options(7));
            Await.collected("the end with the options of before", before);
        }
    }

    private static ClientOptions options(long codecSeconds) {
        return ClientOptions.builder()
                .missingCodecTimeout(Duration.ofSeconds(codecSeconds))
                .build();
    }

    @Test
    void closingEndsAWaitThatBeganBefore() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
            SocketClient<String, Integer> client = (SocketClient<String, Integer>)
                    factory.newClient("127.0.0.1", 25, String.class, Integer.class, options(600));
            CompletableFuture<?> waiting =
                    client.context().exchange().coder().decoder(client.context().responseType());
            client.reconfigure(options(500));
            assertFalse(waiting.isDone());
            client.close();
            assertNotNull(waiting.get(20, TimeUnit.SECONDS));
        }
    }
}
