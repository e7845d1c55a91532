package org.slimta.bus.mail;

import java.util.Objects;

/**
 * The reply to a message, in the terms of SMTP. Immutable.
 *
 * @param code three digits: 2xx for success, 4xx for a transient failure, 5xx for a permanent failure; or 0 if the peer
 *     sent no code, which a Lua node may do
 * @param message a human-readable explanation, not null
 * @param data more information for the program that sent the message, or null
 */
public record Reply(int code, String message, String data) {

    /**
     * Creates a reply.
     *
     * @param code from 200 to 599, or 0 for none
     * @param message an explanation, not null
     * @param data more information, or null
     */
    public Reply {
        if (code != 0 && (code < 200 || code > 599)) {
            throw new IllegalArgumentException(
                    "the code of a reply is " + code + "; it must be from 200 to 599, or 0 for none");
        }
        Objects.requireNonNull(message, "message");
    }

    /**
     * Creates a reply without data.
     *
     * @param code from 200 to 599, or 0 for none
     * @param message an explanation, not null
     */
    public Reply(int code, String message) {
        this(code, message, null);
    }

    /** {@return whether the message was accepted, with a code 2xx} */
    public boolean isAccepted() {
        return code >= 200 && code < 300;
    }

    /** {@return whether the failure is transient, with a code 4xx, so that a later attempt may succeed} */
    public boolean isTransient() {
        return code >= 400 && code < 500;
    }
}
