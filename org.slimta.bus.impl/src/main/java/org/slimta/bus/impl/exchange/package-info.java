/**
 * What all buses over frames share, whatever carries the frames: how requests become a frame and a frame becomes responses, what
 * a deadline, a failure and a wrong number of responses lead to, and what a server does with a request that has arrived. Knows
 * no connections: a {@link org.slimta.bus.impl.exchange.FrameCarrier} brings frames there and back.
 */
package org.slimta.bus.impl.exchange;
