/**
 * XML: element trees in, indented lines out. Plain documents are read here, all others by Woodstox. Knows nothing of frames or
 * buses.
 */
package org.slimta.bus.impl.xml;
