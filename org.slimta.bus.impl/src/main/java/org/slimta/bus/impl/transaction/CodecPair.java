package org.slimta.bus.impl.transaction;

import org.slimta.bus.api.xml.XmlCodec;

/**
 * The codecs that a transaction is decoded and answered with, even if they are unregistered meanwhile.
 *
 * @param request decodes the requests
 * @param response encodes responses whose class has no codec any more
 */
public record CodecPair(XmlCodec<?> request, XmlCodec<?> response) {}
