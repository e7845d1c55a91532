/**
 * The transport on Grizzly, and the only room that uses Grizzly. It reads bytes from sockets, with TLS or without, and
 * makes frames of them; and the reverse.
 */
package org.slimta.bus.impl.grizzly;
