/** What holds for the transactions of every kind of bus: answered once, one response each, bounded waits, and draining. */
package org.slimta.bus.impl.transaction;
