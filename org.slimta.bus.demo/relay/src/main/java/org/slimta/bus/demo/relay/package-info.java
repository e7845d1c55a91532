/** Receives mail on a socket bus and delivers it to Maildirs. */
@RequireSlimtaBus
package org.slimta.bus.demo.relay;

import org.slimta.bus.api.whiteboard.RequireSlimtaBus;
