package org.slimta.bus.webconsole;

/**
 * What a servlet sends for one request.
 *
 * @param contentType its media type, with the charset
 * @param cacheControl how long it may be kept, as a value of the header {@code Cache-Control}
 * @param body the text
 */
record Answer(String contentType, String cacheControl, String body) {}
