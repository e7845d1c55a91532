/**
 * What is tried with bytes: each class takes some and throws if something does not hold that always must. They need no
 * fuzzer: the tests give them what was found once.
 */
package org.slimta.bus.fuzz.targets;
