/** The types that are sent: bundles that send orders import this package. */
@Export
@Version("1.0.0")
package com.example.orders;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
