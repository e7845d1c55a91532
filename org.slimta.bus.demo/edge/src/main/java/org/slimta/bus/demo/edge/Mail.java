package org.slimta.bus.demo.edge;

import java.util.List;
import org.slimta.bus.mail.Contents;

/**
 * A mail to send.
 *
 * @param name the name of its file, with its number if there are several in that file
 * @param sender the address of the sender, empty for a bounce
 * @param recipients the addresses of the recipients
 * @param contents the bytes of the mail
 */
public record Mail(String name, String sender, List<String> recipients, Contents contents) {}
