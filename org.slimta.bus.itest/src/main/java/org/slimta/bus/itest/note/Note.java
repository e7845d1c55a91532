package org.slimta.bus.itest.note;

/**
 * Something to send.
 *
 * @param text what it says
 * @param mark who encoded or decoded it, or null
 */
public record Note(String text, String mark) {}
