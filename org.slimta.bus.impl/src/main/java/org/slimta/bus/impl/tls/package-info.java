/** TLS: certificates from files, who is trusted, and the bytes of one connection in both directions. It knows no sockets. */
package org.slimta.bus.impl.tls;
