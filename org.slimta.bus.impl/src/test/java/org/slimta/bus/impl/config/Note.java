package org.slimta.bus.impl.config;

/** A type that a bundle may have a class of its own of. */
public record Note(String text) {}
