/**
 * The bus over TCP, on Grizzly: connections and what goes over them. One connection carries one transaction. Source: the
 * wire page, part A.
 */
package org.slimta.bus.impl.socket;
