/**
 * The whiteboard of codecs: it selects the codec for a type, among those that are registered at that moment, and
 * converts between objects and frames. While a codec is missing, for example because its bundle is being replaced,
 * callers wait for a bounded time. This room does not know how frames are carried, or what transactions are. Its most
 * important class is {@link org.slimta.bus.impl.codecs.ObjectCoder}; {@link org.slimta.bus.impl.codecs.CodecRegistry}
 * selects the codecs.
 */
package org.slimta.bus.impl.codecs;
