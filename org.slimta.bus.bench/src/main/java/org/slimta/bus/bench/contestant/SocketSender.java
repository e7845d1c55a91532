package org.slimta.bus.bench.contestant;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;

/** Sends over blocking sockets, one for each exchange. */
final class SocketSender implements Client {

    private final int port;

    SocketSender(int port) {
        this.port = port;
    }

    @Override
    public Exchange exchange(Payload payload) throws IOException {
        Socket socket = new Socket(Contestant.HOST, port);
        socket.setTcpNoDelay(true);
        return new SocketExchange(socket, payload);
    }

    @Override
    public Client another() {
        return new SocketSender(port);
    }

    private static final class SocketExchange implements Exchange {

        private final Socket socket;
        private final Payload payload;
        private final DataInputStream in;
        private final byte[] buffer = new byte[256];
        private Pipeline pipeline;

        SocketExchange(Socket socket, Payload payload) throws IOException {
            this.socket = socket;
            this.payload = payload;
            in = new DataInputStream(socket.getInputStream());
        }

        @Override
        public void call() throws IOException {
            socket.getOutputStream().write(payload.frame());
            int filled = in.read(buffer, 0, buffer.length);
            int size = ByteBuffer.wrap(buffer).getInt();
            payload.check(size);
            in.readFully(buffer, filled, 4 + size - filled);
        }

        @Override
        public void send(Completion completion) {
            pipeline().send(payload, completion);
        }

        private synchronized Pipeline pipeline() {
            if (pipeline == null) {
                pipeline = new Pipeline(frames -> socket.getOutputStream().write(frames));
                Thread reader = new Thread(this::read, "sockets-reader");
                reader.setDaemon(true);
                reader.start();
            }
            return pipeline;
        }

        private void read() {
            try {
                InputStream from = socket.getInputStream();
                byte[] replies = new byte[Sockets.BUFFER_BYTES];
                for (int count = from.read(replies); count > 0; count = from.read(replies)) {
                    pipeline.read(ByteBuffer.wrap(replies, 0, count));
                }
                pipeline.failed(new IOException("the server closed the connection"));
            } catch (IOException | RuntimeException e) {
                pipeline.failed(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
