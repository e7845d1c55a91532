/** A server under attack: bad inputs by the million, and thousands who are slow on purpose, while good clients go on. */
package org.slimta.bus.bench.siege;
