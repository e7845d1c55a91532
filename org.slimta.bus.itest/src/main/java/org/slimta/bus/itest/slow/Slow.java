package org.slimta.bus.itest.slow;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.whiteboard.SlimtaBusWhiteboardTarget;
import org.slimta.bus.itest.note.Note;

/**
 * A component that is configured, and so goes and comes again when its configuration changes. It answers when it may, as two
 * latches among the properties of the JVM tell.
 */
@Component(configurationPid = "itest.slow", configurationPolicy = ConfigurationPolicy.REQUIRE)
@SlimtaBusWhiteboardTarget("(slimta.bus.name=slow-component)")
public final class Slow implements RequestHandler<Note, Note> {

    @Override
    public CompletionStage<List<Note>> handle(RequestBatch<Note> batch) throws InterruptedException {
        ((CountDownLatch) System.getProperties().get("itest.slow.begun")).countDown();
        ((CountDownLatch) System.getProperties().get("itest.slow.end")).await();
        return CompletableFuture.completedFuture(List.copyOf(batch.requests()));
    }
}
