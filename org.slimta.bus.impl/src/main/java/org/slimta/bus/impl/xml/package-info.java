/** XML by Woodstox: element trees in, indented lines out. Knows nothing of frames or buses. */
package org.slimta.bus.impl.xml;
