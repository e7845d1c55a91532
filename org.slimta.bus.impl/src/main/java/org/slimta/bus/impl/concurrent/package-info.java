/**
 * Threads, timers, and the data structures that many threads share. Threads are divided by what may block: short tasks
 * of the provider, TLS handshakes, look-ups, and the code of users each have their own. All checks and deadlines go
 * through one {@link org.slimta.bus.impl.concurrent.Timer}, whose time tests can advance. This room knows nothing about
 * buses, frames or connections. Its most important class is {@link org.slimta.bus.impl.concurrent.Threads}, the threads
 * of one provider; {@link org.slimta.bus.impl.concurrent.Workers} decides when another thread starts.
 */
package org.slimta.bus.impl.concurrent;
