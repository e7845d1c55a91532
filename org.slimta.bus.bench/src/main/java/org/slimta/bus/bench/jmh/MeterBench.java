package org.slimta.bus.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.slimta.bus.impl.status.Meter;

/** What it costs to count and time one transaction, with two threads at it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Threads(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MeterBench {

    private final Meter meter = new Meter();
    private final long start = System.nanoTime();

    /** One that was answered. */
    @Benchmark
    public void count() {
        meter.answered(start);
    }

    /**
     * A look at the clock, to compare with.
     *
     * @return the time
     */
    @Benchmark
    public long clock() {
        return System.nanoTime();
    }
}
