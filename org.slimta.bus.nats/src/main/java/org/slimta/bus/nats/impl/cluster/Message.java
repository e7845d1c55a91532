package org.slimta.bus.nats.impl.cluster;

/**
 * A message that has arrived.
 *
 * @param subject its subject
 * @param replyTo the subject for a reply; null if there is none
 * @param data its bytes, not null; must not be changed
 * @param status 0, or the status that the cluster tells in place of a message: {@link #NO_RESPONDERS}
 */
public record Message(String subject, String replyTo, byte[] data, int status) {

    /** Nobody subscribes the subject of a message that had this subject for replies; it was delivered to nobody. */
    public static final int NO_RESPONDERS = 503;

    /** {@return whether a message of this end was delivered to nobody, and never will be} */
    public boolean isUndelivered() {
        return status == NO_RESPONDERS;
    }
}
