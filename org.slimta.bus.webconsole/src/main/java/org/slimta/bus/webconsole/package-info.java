/**
 * A page for the Web Console: the buses of this framework, live. {@link org.slimta.bus.webconsole.Page} has the contents and
 * knows no Servlet API; the two servlets pass them on, each with the Servlet API of one generation of consoles. What the
 * browser shows of them is in the scripts beside these classes.
 */
package org.slimta.bus.webconsole;
