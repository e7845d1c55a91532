package org.slimta.bus.bench.contestant;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;

/** Bare blocking sockets: the limit of the machine. */
final class Sockets implements Contestant {

    static final int BUFFER_BYTES = 64 << 10;

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "sockets-server");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public String name() {
        return "sockets";
    }

    @Override
    public String about() {
        return "bare blocking java.net sockets, a server thread for each; callers have a socket each, call-backs share one, and"
                + " what one read brings is answered by one write";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.of(Ability.CALL_BACKS, Ability.CALLERS, Ability.BULK, Ability.BATCH, Ability.CONNECT);
    }

    @Override
    public Server serve() throws IOException {
        ServerSocket listener = new ServerSocket(0, 1024, InetAddress.getByName(HOST));
        threads.execute(() -> accept(listener));
        return listener::getLocalPort;
    }

    private void accept(ServerSocket listener) {
        while (true) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                threads.execute(() -> answer(socket));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void answer(Socket socket) {
        Replies replies = new Replies();
        FrameAssembler assembler = new FrameAssembler(replies::add);
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            while (read(in, buffer, assembler)) {
                if (!replies.isEmpty()) {
                    out.write(replies.take());
                }
            }
        } catch (IOException e) {
            // The client has disconnected.
        }
    }

    private static boolean read(InputStream in, byte[] buffer, FrameAssembler assembler) throws IOException {
        if (assembler.missing() > buffer.length) {
            return assembler.read(in);
        }
        int count = in.read(buffer);
        if (count > 0) {
            assembler.feed(ByteBuffer.wrap(buffer, 0, count));
        }
        return count > 0;
    }

    @Override
    public Client connect(int port) {
        return new SocketSender(port);
    }
}
