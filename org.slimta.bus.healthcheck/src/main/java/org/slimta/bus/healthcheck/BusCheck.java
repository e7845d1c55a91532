package org.slimta.bus.healthcheck;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.apache.felix.hc.api.FormattingResultLog;
import org.slimta.bus.api.runtime.BusDTO;

/** Checks one bus. */
final class BusCheck {

    private static final String READY = "ready";
    private static final int ALMOST_FULL_PERCENT = 80;
    private static final int FULL_PERCENT = 100;
    private static final Duration EXPIRES_SOON = Duration.ofDays(14);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    /** A client keeps failing if it has failed for at least this time. One failure alone is no finding. */
    private static final Duration KEEPS_FAILING = Duration.ofMinutes(1);

    /** A client that has failed, and has sent nothing for this time, is not in use. */
    private static final Duration IN_USE = Duration.ofMinutes(15);

    private final BusDTO bus;
    private final Clock clock;
    private final FormattingResultLog log;

    BusCheck(BusDTO bus, Clock clock, FormattingResultLog log) {
        this.bus = bus;
        this.clock = clock;
        this.log = log;
    }

    void run() {
        checkState();
        checkConfiguration();
        checkFailures();
        checkCertificate();
        checkQueue();
        checkMemory();
    }

    private void checkState() {
        if (bus.pid == null || READY.equals(bus.state)) {
            return;
        }
        if (bus.waitingFor == null) {
            log.critical("The bus '{}' is {}.", bus.name, bus.state);
        } else {
            log.critical("{}", Sentence.of("The bus '" + bus.name + "' is not ready", bus.waitingFor));
        }
    }

    private void checkConfiguration() {
        if (bus.problem != null) {
            log.critical("{}", Sentence.of("The bus '" + bus.name + "' is not as configured", bus.problem));
        }
    }

    private void checkFailures() {
        if (bus.failingSince == 0 || bus.lastFailure == null) {
            return;
        }
        boolean keepsFailing = bus.lastFailure.time - bus.failingSince >= KEEPS_FAILING.toMillis();
        boolean isInUse = clock.millis() - bus.lastFailure.time < IN_USE.toMillis();
        if (!keepsFailing || !isInUse) {
            return;
        }
        String since = Sentence.amount(Duration.ofMillis(clock.millis() - bus.failingSince));
        String failure = bus.lastFailure.reason + ": " + bus.lastFailure.message;
        String finding = "The bus '" + bus.name + "' has had failures for " + since;
        if (bus.recent.answered == 0) {
            log.critical("{}", Sentence.of(finding + ", and no response in the last minute", failure));
        } else {
            log.warn("{}", Sentence.of(finding, failure));
        }
    }

    private void checkCertificate() {
        if (bus.certificateExpires == 0) {
            return;
        }
        Duration left = Duration.ofMillis(bus.certificateExpires - clock.millis());
        String subject = bus.certificateSubject == null ? "" : " (" + bus.certificateSubject + ")";
        String time = TIME.format(Instant.ofEpochMilli(bus.certificateExpires).atZone(clock.getZone()));
        if (left.isNegative()) {
            log.critical(
                    "The certificate of the bus '{}'{} expired {} ago, at {}; replace it.",
                    bus.name,
                    subject,
                    Sentence.amount(left.negated()),
                    time);
        } else if (left.compareTo(EXPIRES_SOON) <= 0) {
            log.warn(
                    "The certificate of the bus '{}'{} expires in {}, at {}; replace it before then.",
                    bus.name,
                    subject,
                    Sentence.amount(left),
                    time);
        }
    }

    private void checkQueue() {
        if (isAlmostFull(bus.queued, bus.queueSize)) {
            log.warn(
                    "The queue of the bus '{}' is {}: it has {} of at most {} (queueSize).",
                    bus.name,
                    bus.queued >= bus.queueSize ? "full" : "almost full",
                    bus.queued,
                    Sentence.count(bus.queueSize, "transaction"));
        }
    }

    private void checkMemory() {
        if (isAlmostFull(bus.heldBytes, bus.memoryLimit)) {
            log.warn(
                    "The memory of the bus '{}' is almost used up: it holds {} of at most {} (memoryLimit).",
                    bus.name,
                    bus.heldBytes,
                    Sentence.count(bus.memoryLimit, "byte"));
        }
    }

    private static boolean isAlmostFull(long used, long limit) {
        return (double) used * FULL_PERCENT > (double) limit * ALMOST_FULL_PERCENT;
    }
}
