package org.slimta.bus.impl.transaction;

import org.slimta.bus.api.xml.XmlCodec;

/**
 * The codecs that a transaction is read and answered with, also when they leave meanwhile.
 *
 * @param request what reads the requests
 * @param response what writes responses whose class has no codec any more
 */
public record CodecPair(XmlCodec<?> request, XmlCodec<?> response) {}
