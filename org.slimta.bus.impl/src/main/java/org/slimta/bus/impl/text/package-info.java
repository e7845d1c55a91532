/** Text of peers and of user code in messages and logs: cut to a bounded length, without invisible characters. */
package org.slimta.bus.impl.text;
