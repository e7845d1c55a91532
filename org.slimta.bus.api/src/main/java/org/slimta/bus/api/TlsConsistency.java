package org.slimta.bus.api;

import org.slimta.bus.api.TlsOptions.ClientAuth;

/** Refuses TLS options that contradict each other. */
final class TlsConsistency {

    private TlsConsistency() {}

    static TlsOptions checked(TlsOptions options) {
        if ((options.certificate() == null) != (options.privateKey() == null)) {
            throw new IllegalArgumentException("the options certificate and privateKey must be set together");
        }
        checkOne("certificate", options.certificate(), "keyStore", options.keyStore());
        checkOne("password", options.password(), "passwordFile", options.passwordFile());
        return options;
    }

    private static void checkOne(String name, Object value, String otherName, Object otherValue) {
        if (value != null && otherValue != null) {
            throw new IllegalArgumentException(
                    "the options " + name + " and " + otherName + " are both set; set only one of them");
        }
    }

    /** Refuses options that a server cannot work with. */
    static TlsOptions checkedForServer(TlsOptions options) {
        if (options.certificate() == null && options.keyStore() == null) {
            throw new IllegalArgumentException(
                    "option tls has no certificate; set certificate and privateKey, or keyStore");
        }
        if (options.clientAuth() != ClientAuth.NONE && options.trust() == null) {
            throw new IllegalArgumentException(
                    "option tls has clientAuth but no trust; set trust to the issuers of the certificates of clients");
        }
        if (!options.allowedPeers().isEmpty() && options.clientAuth() == ClientAuth.NONE) {
            throw new IllegalArgumentException(
                    "option tls has allowedPeers but no clientAuth; set clientAuth to REQUIRED to identify clients");
        }
        return options;
    }
}
