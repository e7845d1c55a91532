/** A server under attack by millions of bad inputs and thousands of slow clients, beside well-behaved clients. */
package org.slimta.bus.bench.siege;
