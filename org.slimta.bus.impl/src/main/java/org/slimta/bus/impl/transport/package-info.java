/**
 * The interface between buses and a network library: connections that carry frames, how they are opened and accepted,
 * and the memory that they share. No room above it depends on the library, and this room does not know transactions.
 */
package org.slimta.bus.impl.transport;
