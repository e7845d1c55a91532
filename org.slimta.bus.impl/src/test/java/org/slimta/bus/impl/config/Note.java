package org.slimta.bus.impl.config;

/** A type of which a bundle may have its own class. */
public record Note(String text) {}
