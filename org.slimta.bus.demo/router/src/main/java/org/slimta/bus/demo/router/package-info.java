/** Between edge and relay: puts a header in front of each message and says by which way it goes. */
@RequireSlimtaBus
package org.slimta.bus.demo.router;

import org.slimta.bus.api.whiteboard.RequireSlimtaBus;
