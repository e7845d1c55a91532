/** Runs the fuzzer on one target after the other, and tells what came of it. */
package org.slimta.bus.fuzz;
