/** Where mail comes in: reads it, sends it, shows the replies, and checks what was delivered. */
package org.slimta.bus.demo.edge;
