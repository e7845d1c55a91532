/** Receives mail on a socket bus and delivers it into a Maildir. */
package org.slimta.bus.demo.relay;
