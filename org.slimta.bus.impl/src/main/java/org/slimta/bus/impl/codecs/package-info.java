/** The whiteboard of codecs: which codec for which type, now; and objects to frames and back with them. */
package org.slimta.bus.impl.codecs;
