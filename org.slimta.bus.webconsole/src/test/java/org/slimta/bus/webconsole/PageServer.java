package org.slimta.bus.webconsole;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves the page as a console does, but for what a console puts around it. */
final class PageServer implements AutoCloseable {

    private static final String ROOT = "/console/slimta-bus";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final String HEAD = """
            <!DOCTYPE html><html lang="en"><head><title>Buses</title><link rel="icon" href="data:,">
            <link rel="stylesheet" href="%s/page.css"></head><body>
            """;

    private final Page page;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** The status of the answers with the report. */
    volatile int reportStatus = OK;

    final AtomicInteger reports = new AtomicInteger();

    PageServer(Page page) throws IOException {
        this.page = page;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(ROOT, this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + ROOT;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(ROOT.length());
        Answer answer = Page.isHtml(path)
                ? new Answer("text/html;charset=utf-8", "no-store", HEAD.formatted(ROOT) + page.html(ROOT))
                : page.file(path).orElse(null);
        int status = answer == null ? NOT_FOUND : OK;
        if (path.endsWith(".json")) {
            status = reportStatus;
            reports.incrementAndGet();
        }
        byte[] body = answer == null ? new byte[0] : answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer == null ? "text/plain" : answer.contentType());
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
