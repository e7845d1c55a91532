/** How text of a peer stands in messages and logs: short, and with nothing in it that cannot be seen. */
package org.slimta.bus.impl.text;
