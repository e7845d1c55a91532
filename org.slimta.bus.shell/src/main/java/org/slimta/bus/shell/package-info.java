/** Commands for the Gogo shell, one component each. They run in Karaf as they are. */
package org.slimta.bus.shell;
