package org.slimta.bus.demo.edge;

import org.slimta.bus.mail.Reply;

/**
 * What became of one mail.
 *
 * @param id its id
 * @param mail the mail
 * @param reply the reply, or null if it was lost
 * @param retries how many times it was sent again
 * @param failure why it was lost, or null
 */
record Outcome(String id, Mail mail, Reply reply, int retries, String failure) {}
