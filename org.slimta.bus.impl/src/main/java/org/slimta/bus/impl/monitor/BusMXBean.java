package org.slimta.bus.impl.monitor;

import java.util.Map;

/**
 * What JMX shows of one bus: the fields of {@link org.slimta.bus.api.runtime.BusDTO} that are numbers or texts. Its name is
 * {@code org.slimta.bus:type=KIND,name=NAME}. All attributes that are read within 100 ms are of one moment.
 */
public interface BusMXBean {

    /** {@return the name of the bus} */
    String getName();

    /** {@return {@code server}, {@code client}, {@code local}, {@code proxy}, {@code chain}, or a kind that another bundle adds} */
    String getKind();

    /** {@return the address that it listens on or sends to; null inside the JVM} */
    String getAddress();

    /** {@return whether it uses TLS} */
    boolean isTls();

    /** {@return {@code ready}, {@code waiting} or {@code closing}} */
    String getState();

    /** {@return whether the state is {@code ready}} */
    boolean isReady();

    /** {@return what it is waiting for, or null} */
    String getWaitingFor();

    /** {@return what of its configuration is not in force, and why; null if it is as configured} */
    String getProblem();

    /** {@return the PID of its configuration, or null} */
    String getPid();

    /** {@return the symbolic name of the bundle that opened it, or null} */
    String getBundle();

    /** {@return the name of the codec or of the class of its requests; null if unknown} */
    String getRequestType();

    /** {@return the name of the codec or of the class of its responses; null if unknown} */
    String getResponseType();

    /** {@return when it was opened, in milliseconds since 1970 UTC; 0 if it is not open} */
    long getOpenedMillis();

    /** {@return the number of open connections} */
    int getPeers();

    /** {@return the number of transactions that were sent or accepted and have not ended} */
    int getInFlight();

    /** {@return the age of the oldest transaction in flight in milliseconds; -1 if there is none} */
    long getOldestInFlightMillis();

    /** {@return the number of transactions that wait to be received} */
    int getQueued();

    /** {@return the number of transactions that may wait to be received} */
    int getQueueSize();

    /** {@return the number of bytes that its connections hold} */
    long getHeldBytes();

    /** {@return the number of bytes that its connections may hold} */
    long getMemoryLimitBytes();

    /** {@return the number of connections that it does not read from, by reason} */
    Map<String, Integer> getNotRead();

    /** {@return the number of transactions that ended with responses} */
    long getAnswered();

    /** {@return the number of transactions that failed or were refused} */
    long getFailed();

    /** {@return the number of transactions that failed or were refused, by reason} */
    Map<String, Long> getFailedByReason();

    /** {@return the median latency since the opening in microseconds; -1 if there are no samples} */
    long getLatency50Micros();

    /** {@return the 99th percentile of the latency since the opening in microseconds; -1 if there are no samples} */
    long getLatency99Micros();

    /** {@return the 99.9th percentile of the latency since the opening in microseconds; -1 if there are no samples} */
    long getLatency999Micros();

    /** {@return the transactions that ended with responses for each second of the last minute} */
    double getAnsweredPerSecond();

    /** {@return the transactions that failed or were refused for each second of the last minute} */
    double getFailedPerSecond();

    /** {@return the median latency of the last minute in microseconds; -1 if there are no samples} */
    long getRecentLatency50Micros();

    /** {@return the 99th percentile of the latency of the last minute in microseconds; -1 if there are no samples} */
    long getRecentLatency99Micros();

    /** {@return the 99.9th percentile of the latency of the last minute in microseconds; -1 if there are no samples} */
    long getRecentLatency999Micros();

    /** {@return when the last transaction ended with responses, in milliseconds since 1970 UTC, exact to 5 seconds; 0 if none did} */
    long getLastAnsweredMillis();

    /** {@return since when the transactions of a client fail, in milliseconds since 1970 UTC; 0 if they work} */
    long getFailingSinceMillis();

    /** {@return when the last transaction failed, in milliseconds since 1970 UTC; 0 if none did} */
    long getLastFailureMillis();

    /** {@return the reason and the message of the last failure, or null} */
    String getLastFailure();

    /** {@return the subject of its own certificate, or null} */
    String getCertificateSubject();

    /** {@return when its own certificate expires, in milliseconds since 1970 UTC; 0 if it has none} */
    long getCertificateExpiresMillis();
}
