/**
 * What holds for every kind of bus, as tests. A kind of bus implements {@link org.slimta.bus.impl.contract.BusFixture}, and
 * passes it to the constructor of a subclass of {@link org.slimta.bus.impl.contract.BusContract}. This package and
 * {@code org.slimta.bus.impl.fixture} are in the test-jar of this module, so that another module can test a kind of bus of
 * its own.
 */
package org.slimta.bus.impl.contract;
