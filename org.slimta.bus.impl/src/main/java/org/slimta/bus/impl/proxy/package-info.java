/** Proxies and chains over any two buses. Knows the API alone. */
package org.slimta.bus.impl.proxy;
