/** Runs the fuzzer on one target after the other, and prints the results. */
package org.slimta.bus.fuzz;
