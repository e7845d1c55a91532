/**
 * The seam between buses and what moves bytes: connections that carry frames, how they are opened and accepted, and the memory
 * that they share. Above it nobody knows which library has the sockets. It knows no transactions.
 */
package org.slimta.bus.impl.transport;
