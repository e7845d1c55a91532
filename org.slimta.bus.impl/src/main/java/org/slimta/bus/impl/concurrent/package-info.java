/**
 * Threads, timers and what many threads share. Threads are divided by what may block: see
 * {@link org.slimta.bus.impl.concurrent.Threads}. It knows nothing of buses.
 */
package org.slimta.bus.impl.concurrent;
