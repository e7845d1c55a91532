package org.slimta.bus.webconsole;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** The page as a servlet for consoles with the package {@code javax.servlet}. It answers GET and HEAD only. Thread-safe. */
final class JavaxServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** The attribute in which the console says where the page is. */
    private static final String PAGE_ADDRESS = "felix.webconsole.pluginRoot";

    private final transient Page page;

    JavaxServlet(Page page) {
        this.page = page;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo().substring(1 + Page.LABEL.length());
        if (Page.isHtml(path)) {
            response.getWriter().write(page.html((String) request.getAttribute(PAGE_ADDRESS)));
            return;
        }
        Optional<Answer> answer = page.file(path);
        if (answer.isEmpty()) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        send(answer.get(), response);
    }

    private static void send(Answer answer, HttpServletResponse response) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        response.setContentType(answer.contentType());
        response.setContentLength(body.length);
        response.setHeader("Cache-Control", answer.cacheControl());
        response.setHeader("X-Content-Type-Options", "nosniff");
        // The page compares the times in the report with it.
        response.setDateHeader("Date", Clock.systemUTC().millis());
        response.getOutputStream().write(body);
    }
}
