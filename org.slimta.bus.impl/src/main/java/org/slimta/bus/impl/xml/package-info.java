/**
 * XML: element trees in, indented lines out. Plain documents are read here, all others by Woodstox. It does not know
 * frames or buses.
 */
package org.slimta.bus.impl.xml;
