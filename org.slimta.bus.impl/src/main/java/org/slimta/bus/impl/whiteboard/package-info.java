/** Handlers and filters that are services: what a bus receives runs through those that there are at that moment. */
package org.slimta.bus.impl.whiteboard;
