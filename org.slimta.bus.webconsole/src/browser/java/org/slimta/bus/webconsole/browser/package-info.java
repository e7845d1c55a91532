/** A browser for tests. Both this module and the integration tests compile it. */
package org.slimta.bus.webconsole.browser;
