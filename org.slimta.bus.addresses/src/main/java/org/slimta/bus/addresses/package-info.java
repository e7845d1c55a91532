/**
 * Reads the addresses in the headers of mail, with Jakarta Mail. The shell and the demo contain a copy of this package,
 * so that both read addresses in the same way and no bundle is needed for it.
 */
package org.slimta.bus.addresses;
