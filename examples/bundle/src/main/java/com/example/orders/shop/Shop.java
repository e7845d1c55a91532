package com.example.orders.shop;

import com.example.orders.Order;
import com.example.orders.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.whiteboard.SlimtaBusWhiteboardTarget;

/** Takes the orders that arrive on the bus {@code shop}, and numbers them. */
@Component
@SlimtaBusWhiteboardTarget("(slimta.bus.name=shop)")
public final class Shop implements RequestHandler<Order, Receipt> {

    private final AtomicLong last = new AtomicLong();

    @Override
    public CompletionStage<List<Receipt>> handle(RequestBatch<Order> batch) {
        List<Receipt> receipts = new ArrayList<>();
        for (Order order : batch.requests()) {
            receipts.add(new Receipt(last.incrementAndGet() + ": " + order.count() + " x " + order.item()));
        }
        return CompletableFuture.completedFuture(receipts);
    }
}
