package org.slimta.bus.api.runtime;

import java.util.Map;

/** The statistics of one bus over the last minute, which advance every 5 seconds. */
public class RecentDTO {

    /** The time that they cover, in milliseconds: about 60,000, or less if the bus was opened a shorter time ago. */
    public long millis;

    /** The number of transactions that ended with responses. */
    public long answered;

    /** The number of transactions that failed or were refused, by the name of the reason; without zeros, never null. */
    public Map<String, Long> failed = Map.of();

    /** The number of transactions that ended with responses, for each second. */
    public double answeredPerSecond;

    /** The number of transactions that failed or were refused, for each second. */
    public double failedPerSecond;

    /** Median latency in microseconds; -1 if there are no samples. */
    public long latency50 = -1;

    /** The 99th percentile of the latency in microseconds; -1 if there are no samples. */
    public long latency99 = -1;

    /** The 99.9th percentile of the latency in microseconds; -1 if there are no samples. */
    public long latency999 = -1;

    /** Creates an empty DTO, whose fields the provider fills. */
    public RecentDTO() {}
}
