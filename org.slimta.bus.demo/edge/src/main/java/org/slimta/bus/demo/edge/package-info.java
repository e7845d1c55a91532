/** The entrance for mail: reads it, sends it, prints the replies, and checks the delivery. */
@RequireSlimtaBus
package org.slimta.bus.demo.edge;

import org.slimta.bus.api.whiteboard.RequireSlimtaBus;
