/** Proxies and chains over any two buses, and how the results of filters and handlers become responses. */
package org.slimta.bus.impl.proxy;
