/** The router between edge and relay: puts a header in front of each message and sets its destination. */
@RequireSlimtaBus
package org.slimta.bus.demo.router;

import org.slimta.bus.api.whiteboard.RequireSlimtaBus;
