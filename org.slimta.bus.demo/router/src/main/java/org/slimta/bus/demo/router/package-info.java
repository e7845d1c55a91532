/** Between edge and relay: puts a header in front of each message and says by which way it goes. */
package org.slimta.bus.demo.router;
