/** TLS: certificates from files, the trust in peers, and the records of one connection. It does not know sockets. */
package org.slimta.bus.impl.tls;
