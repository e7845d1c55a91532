/** Receives mail on a socket bus and delivers it into a Maildir. */
@RequireSlimtaBus
package org.slimta.bus.demo.relay;

import org.slimta.bus.api.whiteboard.RequireSlimtaBus;
