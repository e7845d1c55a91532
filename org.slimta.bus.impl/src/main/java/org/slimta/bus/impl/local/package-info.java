/** The bus inside one JVM: a bounded queue between threads. */
package org.slimta.bus.impl.local;
