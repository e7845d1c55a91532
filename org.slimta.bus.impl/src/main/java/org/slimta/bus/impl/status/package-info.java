/** Reports: open buses, rejections, counts, and logs of bounded size. Uses the API and texts of peers only. */
package org.slimta.bus.impl.status;
