package org.slimta.bus.demo.edge;

import java.util.List;
import org.slimta.bus.mail.Contents;

/**
 * One mail as it was read.
 *
 * @param name the file it is from, with its number where there are several
 * @param sender from whom, empty for a bounce
 * @param recipients to whom
 * @param contents its bytes
 */
record Mail(String name, String sender, List<String> recipients, Contents contents) {}
