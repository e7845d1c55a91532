/** Proxies and chains over any two buses, and how what filters and handlers give becomes an answer. */
package org.slimta.bus.impl.proxy;
