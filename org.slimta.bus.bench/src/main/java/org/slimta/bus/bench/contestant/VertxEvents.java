package org.slimta.bus.bench.contestant;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;

/** The event bus of Vert.x: a verticle replies on a separate event loop. */
final class VertxEvents implements Client {

    private static final String ADDRESS = "mail";

    private final EventBus events;

    VertxEvents(Vertx vertx) throws Exception {
        events = vertx.eventBus();
        vertx.deployVerticle(new Answering())
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    @Override
    public Exchange exchange(Payload payload) {
        String request = new String(payload.request(), StandardCharsets.US_ASCII);
        return new Exchange() {
            @Override
            public void call() throws Exception {
                events.<String>request(ADDRESS, request)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(1, TimeUnit.MINUTES);
            }

            @Override
            public void send(Completion completion) {
                events.<String>request(ADDRESS, request).onComplete(attempt -> {
                    if (attempt.succeeded()) {
                        completion.done();
                    } else {
                        completion.failed(attempt.cause());
                    }
                });
            }
        };
    }

    private static final class Answering extends AbstractVerticle {
        @Override
        public void start() {
            vertx.eventBus().<String>consumer(ADDRESS, mail -> mail.reply("250 Ok"));
        }
    }
}
