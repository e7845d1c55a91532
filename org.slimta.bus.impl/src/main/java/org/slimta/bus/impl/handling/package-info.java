/**
 * Calls of handlers, whoever has registered them: what they return or throw ends their transaction. The most important
 * class is {@link org.slimta.bus.impl.handling.ServedInbox}, the handlers that a program gives to its servers.
 */
package org.slimta.bus.impl.handling;
