package org.slimta.bus.demo.edge;

import org.slimta.bus.mail.Reply;

/**
 * The outcome of sending a mail.
 *
 * @param id the id of the mail
 * @param mail the mail
 * @param reply the reply, or null if the mail was lost
 * @param retries the number of times that the mail was sent again
 * @param failure why the mail was lost, or null
 */
public record Outcome(String id, Mail mail, Reply reply, int retries, String failure) {}
