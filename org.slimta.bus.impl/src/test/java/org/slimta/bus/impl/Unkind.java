package org.slimta.bus.impl;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.slimta.bus.api.BusException;

/** What handlers and filters may give or throw, each of which is to fail one transaction, with the reason {@code HANDLER}. */
public enum Unkind {

    /** A list that fails when it is read, as one of an object-relational mapper does when its session is over. */
    LAZY_LIST {
        @Override
        public CompletionStage<List<String>> act() {
            return CompletableFuture.completedFuture(new Lazy(1, () -> {
                throw new IllegalStateException("lazy");
            }));
        }
    },
    LIST_WITHOUT_SIZE {
        @Override
        public CompletionStage<List<String>> act() {
            return CompletableFuture.completedFuture(new AbstractList<>() {
                @Override
                public String get(int index) {
                    throw new IllegalStateException("lazy");
                }

                @Override
                public int size() {
                    throw new IllegalStateException("lazy");
                }
            });
        }
    },
    LIST_OF_NOTHING {
        @Override
        public CompletionStage<List<String>> act() {
            return CompletableFuture.completedFuture(new Lazy(1, () -> "x") {
                @Override
                public Object[] toArray() {
                    return null;
                }
            });
        }
    },
    DEEP_LIST {
        @Override
        public CompletionStage<List<String>> act() {
            return CompletableFuture.completedFuture(new Lazy(1, () -> {
                throw new StackOverflowError();
            }));
        }
    },
    NULL_RESPONSE {
        @Override
        public CompletionStage<List<String>> act() {
            return CompletableFuture.completedFuture(Arrays.asList((String) null));
        }
    },
    NULL_RESPONSES {
        @Override
        public CompletionStage<List<String>> act() {
            return CompletableFuture.completedFuture(null);
        }
    },
    NULL_STAGE {
        @Override
        public CompletionStage<List<String>> act() {
            return null;
        }
    },
    THROWS {
        @Override
        public CompletionStage<List<String>> act() {
            throw new IllegalStateException("full moon");
        }
    },
    THROWS_ERROR {
        @Override
        public CompletionStage<List<String>> act() {
            throw new AssertionError("full moon");
        }
    },
    FAILS {
        @Override
        public CompletionStage<List<String>> act() {
            return CompletableFuture.failedFuture(new CompletionException(null, null));
        }
    },
    SILENT_EXCEPTION {
        @Override
        public CompletionStage<List<String>> act() {
            throw new Silent();
        }
    },
    FAILS_WITH_SILENT_EXCEPTION {
        @Override
        public CompletionStage<List<String>> act() {
            return CompletableFuture.failedFuture(new Silent());
        }
    },
    SILENT_BUS_EXCEPTION {
        @Override
        public CompletionStage<List<String>> act() throws Exception {
            throw new SilentBusException();
        }
    },
    NAMELESS_EXCEPTION {
        @Override
        public CompletionStage<List<String>> act() throws Exception {
            throw new Nameless();
        }
    },
    LONG_EXCEPTION {
        @Override
        public CompletionStage<List<String>> act() {
            throw new IllegalStateException("x\r\n".repeat(300_000));
        }
    },
    STAGE_THAT_THROWS {
        @Override
        public CompletionStage<List<String>> act() {
            return new CompletableFuture<>() {
                @Override
                public CompletableFuture<List<String>> whenComplete(
                        BiConsumer<? super List<String>, ? super Throwable> action) {
                    throw new UnsupportedOperationException("no callbacks");
                }
            };
        }
    };

    public abstract CompletionStage<List<String>> act() throws Exception;

    private interface Value {
        String get();
    }

    private static class Lazy extends AbstractList<String> {

        private final int size;
        private final Value value;

        Lazy(int size, Value value) {
            this.size = size;
            this.value = value;
        }

        @Override
        public String get(int index) {
            return value.get();
        }

        @Override
        public int size() {
            return size;
        }
    }

    /** It fails to tell its message, and whatever prints it fails too. */
    private static final class Silent extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("silent");
        }
    }

    /** The same, of another class. */
    private static final class SilentBusException extends BusException {

        private static final long serialVersionUID = 1;

        SilentBusException() {
            super(Reason.HANDLER, "");
        }

        @Override
        public String getMessage() {
            throw new IllegalStateException("silent");
        }
    }

    /** It has neither reason nor message, which its class allows. */
    private static final class Nameless extends BusException {

        private static final long serialVersionUID = 1;

        Nameless() {
            super(Reason.TIMEOUT, "");
        }

        @Override
        public Reason reason() {
            return null;
        }

        @Override
        public String getMessage() {
            return null;
        }
    }
}
