/** Where mail comes in: reads it, sends it, shows the replies, and checks what was delivered. */
@RequireSlimtaBus
package org.slimta.bus.demo.edge;

import org.slimta.bus.api.whiteboard.RequireSlimtaBus;
