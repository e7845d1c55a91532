/** Handlers and filters that are services: each request runs through those that are registered at that moment. */
package org.slimta.bus.impl.whiteboard;
