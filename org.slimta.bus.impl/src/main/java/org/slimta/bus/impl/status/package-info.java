/** What there is, what was rejected, and how it is counted and logged. It knows the API alone. */
package org.slimta.bus.impl.status;
