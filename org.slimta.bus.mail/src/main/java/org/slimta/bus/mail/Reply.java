package org.slimta.bus.mail;

import java.util.Objects;

/**
 * What became of a message, in SMTP's terms. Immutable.
 *
 * @param code three digits: 2xx done, 4xx not now, 5xx not at all; or 0 if the other end gave none, as a Lua node may
 * @param message an explanation for a person, not null
 * @param data something more for the program that sent the message, or null
 */
public record Reply(int code, String message, String data) {

    /**
     * Makes a reply.
     *
     * @param code from 200 to 599, or 0 for none
     * @param message an explanation, not null
     * @param data something more, or null
     */
    public Reply {
        if (code != 0 && (code < 200 || code > 599)) {
            throw new IllegalArgumentException(
                    "the code of a reply is " + code + "; it must be from 200 to 599, or 0 for none");
        }
        Objects.requireNonNull(message, "message");
    }

    /**
     * Makes a reply without data.
     *
     * @param code from 200 to 599, or 0 for none
     * @param message an explanation, not null
     */
    public Reply(int code, String message) {
        this(code, message, null);
    }

    /**
     * Tells whether the message was accepted.
     *
     * @return whether the code is 2xx
     */
    public boolean isAccepted() {
        return code >= 200 && code < 300;
    }

    /**
     * Tells whether trying again later makes sense.
     *
     * @return whether the code is 4xx
     */
    public boolean isTransient() {
        return code >= 400 && code < 500;
    }
}
