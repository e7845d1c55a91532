/**
 * The targets of the fuzzer: each class accepts bytes, and throws if a condition is violated that must always hold. The
 * targets do not need the fuzzer: the tests run them with the known inputs.
 */
package org.slimta.bus.fuzz.targets;
