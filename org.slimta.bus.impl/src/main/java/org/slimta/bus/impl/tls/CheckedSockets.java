package org.slimta.bus.impl.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A context for libraries that open sockets themselves, and do not check the name of the server: each socket of a client is set up by the
 * owner of the context before its handshake begins.
 */
final class CheckedSockets extends SSLContext {

    /** Sets up the sockets of one context. */
    interface Setup {

        /** Sets the versions, ciphers and checks of a socket. */
        void apply(SSLParameters parameters);

        /** Returns the name that the certificate of a server must have. */
        String serverName(String host);
    }

    /**
     * A context.
     *
     * @param context makes the sockets
     * @param setup sets them up
     */
    CheckedSockets(SSLContext context, Setup setup) {
        super(new Spi(context, setup), context.getProvider(), context.getProtocol());
    }

    private static final class Spi extends SSLContextSpi {

        private final SSLContext context;
        private final Setup setup;

        Spi(SSLContext context, Setup setup) {
            this.context = context;
            this.setup = setup;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("this context has its certificates already");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Factory(context.getSocketFactory(), setup);
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("this context is for clients");
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw new UnsupportedOperationException("this context makes sockets");
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            throw new UnsupportedOperationException("this context makes sockets");
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }
    }

    private static final class Factory extends SSLSocketFactory {

        private final SSLSocketFactory factory;
        private final Setup setup;

        Factory(SSLSocketFactory factory, Setup setup) {
            this.factory = factory;
            this.setup = setup;
        }

        private Socket setUp(Socket socket) {
            SSLSocket tls = (SSLSocket) socket;
            SSLParameters parameters = tls.getSSLParameters();
            setup.apply(parameters);
            tls.setSSLParameters(parameters);
            return socket;
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            return setUp(factory.createSocket(socket, setup.serverName(host), port, autoClose));
        }

        private static IOException onlyOverConnections() {
            return new IOException("this context makes sockets only over connections that exist");
        }

        @Override
        public Socket createSocket(Socket socket, InputStream consumed, boolean autoClose) throws IOException {
            throw onlyOverConnections();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw onlyOverConnections();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw onlyOverConnections();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            throw onlyOverConnections();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
                throws IOException {
            throw onlyOverConnections();
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return factory.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return factory.getSupportedCipherSuites();
        }
    }
}
