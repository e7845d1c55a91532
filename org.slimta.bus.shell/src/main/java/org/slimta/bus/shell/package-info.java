/** Commands for the Gogo shell, one component each. Karaf, which uses Gogo, runs them as well. */
package org.slimta.bus.shell;
