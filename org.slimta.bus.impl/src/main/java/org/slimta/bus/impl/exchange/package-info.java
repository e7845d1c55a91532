/**
 * The transactions of all buses that carry frames, whatever carries them: how requests become a frame and a frame
 * becomes responses; what follows from a deadline, a failure and a wrong number of responses; and what a server does
 * with a request that has arrived. This room knows no connections: a {@link org.slimta.bus.impl.exchange.FrameCarrier}
 * takes frames to the server and brings the responses back. Its most important classes are
 * {@link org.slimta.bus.impl.exchange.FramedTransaction} at a client and
 * {@link org.slimta.bus.impl.exchange.FramedRequest} at a server.
 */
package org.slimta.bus.impl.exchange;
