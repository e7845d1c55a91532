/**
 * Looks at the open buses every second: statistics advance, changes of state are logged, and MBeans appear and go. The
 * most important class is {@link org.slimta.bus.impl.monitor.BusMonitor}.
 */
package org.slimta.bus.impl.monitor;
