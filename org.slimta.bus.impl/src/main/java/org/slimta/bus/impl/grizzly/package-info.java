/** The transport on Grizzly: the only room that knows it. Bytes in and out of sockets, with TLS or without; frames above. */
package org.slimta.bus.impl.grizzly;
