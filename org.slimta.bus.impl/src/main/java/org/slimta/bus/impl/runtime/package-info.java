/** What there is and how it fares, as a service. */
package org.slimta.bus.impl.runtime;
