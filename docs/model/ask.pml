/*
 * What became of a request whose connection broke: the word `ask` of docs/wire.md, part C, as a model for spin.
 *
 * One client has some items that a server is to handle. It sends each item as a request with a number of its own. A
 * connection is two queues of frames, one in each direction; both keep their order. A connection can break at any time:
 * the client reads nothing more from it, but the server may still read what the client has sent there, up to any frame
 * and at any later time. Several connections may be open at once, and nothing is certain about the order between them.
 *
 * What is checked, and where:
 *
 *   - No item is handled twice: `begin`.
 *   - If the client has concluded that a request was not processed, then it was not, and never will be: `notProcessed`
 *     and `begin`.
 *   - An item ends with its own response: `onResponse`.
 *   - Every item ends. Each step uses up something of which there is a limited amount, so every run ends. It ends in an
 *     invalid end state if an item is still open, because then the processes of the client have not ended.
 *
 * Macros say how much of everything there is, so that several small models cover what one large model could not. Each
 * rule of the protocol has a macro too: with 0 the rule is broken, and spin must find an error. `check` runs all of them.
 */

/* How much there is. */
#ifndef ITEMS
#define ITEMS 2             /* what the client wants to be handled */
#endif
#ifndef NUMBERS
#define NUMBERS 6           /* numbers for requests; an assertion checks that they suffice */
#endif
#ifndef CONNECTIONS
#define CONNECTIONS 3       /* at once, including those that the client has left and the server has not */
#endif
#ifndef MOST_OPEN
#define MOST_OPEN 2         /* connections that the client uses at once */
#endif
#ifndef PROBES
#define PROBES 0            /* 1: each connection begins with the probe; 0: it may also begin with a request */
#endif

/* How often it happens. */
#ifndef BREAKS
#define BREAKS 0            /* a connection breaks */
#endif
#ifndef RESTARTS
#define RESTARTS 0          /* the process of the server ends, and another one begins */
#endif
#ifndef DRAINS
#define DRAINS 0            /* the server ends a connection in order */
#endif
#ifndef CANCELS
#define CANCELS 0           /* the client no longer waits for an item */
#endif
#ifndef FORGETS
#define FORGETS 0           /* the server forgets a response */
#endif
#ifndef SLOW
#define SLOW 0              /* 1: a question leaves some time after the client has begun to ask, maybe after a break */
#endif
#ifndef RECORDS
#define RECORDS 0           /* the server forgets the client */
#endif

/* The rules. */
#ifndef EPOCH
#define EPOCH 1             /* after `unknown` the server gives back requests of a lower epoch */
#endif
#ifndef EPOCH_FIRST
#define EPOCH_FIRST 1       /* a question bears the epoch of the moment when the client began to ask, not when it leaves */
#endif
#ifndef LATE
#define LATE 1              /* an older question does not take a request away from the connection of a newer one */
#endif
#ifndef MOVES
#define MOVES 1             /* a request that was asked about belongs to the connection of the question */
#endif
#ifndef ASKED_IS_NOT_SENT
#define ASKED_IS_NOT_SENT 1 /* the second drain is not about requests that the client has only asked about there */
#endif
#ifndef SID_OF_CONNECTION
#define SID_OF_CONNECTION 1 /* a request keeps the SID of the connection on which it was sent */
#endif
#ifndef FLOOR
#define FLOOR 1             /* the server says `unknown` only about numbers from the first one that it has heard */
#endif
#ifndef SEEN
#define SEEN 1              /* `seen` names only numbers for which the client needs nothing more */
#endif

#define NOBODY 255

mtype = { REQUEST, PROBE, ASK, CANCEL }                              /* frames of the client */
mtype = { RESPONSE, PROBED, UNKNOWN, FORGOTTEN, BACK, DRAIN }        /* frames of the server */
mtype = { UNSENT, SENT, LOST, ASKED, ANSWERED, CLOSED, CANCELLED }   /* an item, for the client */
mtype = { SHUT, IDLE, UNPROVEN, PROVEN, DRAINED }                    /* a connection, for the client */
mtype = { ABSENT, READING, DRAINING }                                /* a connection, for the server */
mtype = { NEVER, WAITING, HANDLING, DONE, GONE, DROPPED }            /* a request, for the server */

chan up[CONNECTIONS] = [4] of { mtype, byte, byte, byte, byte }      /* kind, number, item, epoch, seen */
chan down[CONNECTIONS] = [4] of { mtype, byte, byte }                /* kind, number, item */

byte breaks = BREAKS, restarts = RESTARTS, drains = DRAINS, cancels = CANCELS, forgets = FORGETS, records = RECORDS;

/* What the client knows. */
byte open = ITEMS;              /* items that have not ended */
mtype status[ITEMS] = UNSENT;
byte tx[ITEMS];                 /* the number of its last request */
byte on[ITEMS];                 /* the connection on which that was sent, or asked about */
byte from[ITEMS];               /* the SID that may say `unknown`; 0 while it is not lost */
byte next, epoch;
byte links;                     /* connections that it uses */
mtype link[CONNECTIONS] = SHUT;
byte heard[CONNECTIONS];        /* the SID that it has heard there; 0 if none */
#if SLOW
byte asks[CONNECTIONS];         /* the number after that of a question that has not left; 0 if there is none */
byte asksEpoch[CONNECTIONS];    /* the epoch of that question */
#endif
#if !SID_OF_CONNECTION
byte known;                     /* the SID that it has heard last, on whatever connection */
#endif

/* What the server knows. A process of the server has a SID; with it ends what it knows. */
byte sid = 1;
mtype server[CONNECTIONS] = ABSENT;
byte accepted[CONNECTIONS];     /* the SID of the process that has accepted it */
mtype state[NUMBERS] = NEVER;
byte content[NUMBERS];          /* the item that it has read under that number */
byte owner[NUMBERS] = NOBODY;   /* the connection that gets the response */
byte since[NUMBERS];            /* the epoch of the question that has made it the owner; 0 if none */
#if !MOVES
byte origin[NUMBERS] = NOBODY;  /* the connection on which the request has come */
#endif
byte fence;                     /* it takes no request of a lower epoch */
byte floor;                     /* the first number that it has heard; what it knew about lower ones it has forgotten */
bool isNew = true;              /* nothing has come from the client, or nothing since it was forgotten */

/* What really happened. No end knows it. */
byte handled[ITEMS];
bool begun[NUMBERS], denied[NUMBERS];

/* Used within one step only. */
hidden byte j, n, i, e, s, first;
hidden mtype kind;

/* ------------------------------------------------------------------------------------------------ the client */

/* Sends a frame. If the server has left the connection it goes nowhere, and the client does not notice that yet. */
inline put(c, what, number, item, epochThen, seenThen) {
    if
    :: server[c] != ABSENT -> up[c]!what,number,item,epochThen,seenThen
    :: else
    fi
}

inline endItem(item, how) {
    status[item] = how;
    from[item] = 0;
    open--
}

/* The client concludes that the request of an item was not processed and never will be. It will send it again. */
inline notProcessed(item) {
    assert(!begun[tx[item]]);
    denied[tx[item]] = true;
    status[item] = UNSENT;
    from[item] = 0
}

/* Finds the first item with a status, or ITEMS. */
inline find(what) {
    first = 0;
    do
    :: first < ITEMS && status[first] != what -> first++
    :: else -> break
    od
}

#define NEEDED(item) (status[item] == SENT || status[item] == LOST || status[item] == ASKED)

/* Finds the number below which the client needs nothing more. */
inline findSeen() {
    s = next;
    j = 0;
    do
    :: j < ITEMS && SEEN && NEEDED(j) && tx[j] < s -> s = tx[j]; j++
    :: j < ITEMS && !(SEEN && NEEDED(j) && tx[j] < s) -> j++
    :: j == ITEMS -> break
    od
}

/* Sends an item under a new number. */
inline send(c, item) {
    assert(next < NUMBERS);
#if FORGETS || !SEEN
    findSeen();
#else
    s = 0;
#endif
    tx[item] = next;
    next++;
    status[item] = SENT;
    on[item] = c;
    put(c, REQUEST, tx[item], item, epoch, s)
}

/* Sends the first frame of a connection: the probe, or an item if there is nothing to be asked. */
inline sendFirst(c, isProbe) {
    link[c] = UNPROVEN;
    if
    :: isProbe -> put(c, PROBE, next, 0, 0, 0)
    :: else -> find(UNSENT); send(c, first)
    fi
}

/* The client closes a connection, or its socket is closed already. */
inline shut(c) {
    if
    :: link[c] != DRAINED -> links--
    :: else
    fi;
    link[c] = SHUT;
    heard[c] = 0;
    do
    :: nempty(down[c]) -> down[c]?_,_,_
    :: empty(down[c]) -> break
    od
}

/* A connection broke: what became of the requests on it is unknown. If a SID was heard there, the client can ask. */
inline leave(c) {
    j = 0;
    do
    :: j < ITEMS && status[j] == SENT && on[j] == c ->
#if SID_OF_CONNECTION
       from[j] = heard[c];
#else
       from[j] = known;
#endif
       if
       :: from[j] == 0 -> endItem(j, CLOSED)
       :: else -> status[j] = LOST
       fi;
       j++
    :: j < ITEMS && status[j] == ASKED && on[j] == c -> status[j] = LOST; j++
    :: j < ITEMS && !((status[j] == SENT || status[j] == ASKED) && on[j] == c) -> j++
    :: j == ITEMS -> break
    od;
    shut(c)
}

/* The first drain: send nothing more here. The second: requests without a response were not read. */
inline onDrain(c) {
    if
    :: link[c] != DRAINED -> link[c] = DRAINED; links--
    :: else ->
       j = 0;
       do
       :: j < ITEMS && status[j] == SENT && on[j] == c -> notProcessed(j); j++
       :: j < ITEMS && status[j] == ASKED && on[j] == c ->
          if
          :: ASKED_IS_NOT_SENT -> status[j] = LOST
          :: else -> notProcessed(j)
          fi;
          j++
       :: j < ITEMS && !((status[j] == SENT || status[j] == ASKED) && on[j] == c) -> j++
       :: j == ITEMS -> break
       od;
       shut(c)
    fi
}

/* The first response, or the answer to the probe, says the SID. It is the one of the process that has accepted. */
inline prove(c) {
    heard[c] = accepted[c];
#if !SID_OF_CONNECTION
    known = heard[c];
#endif
    if
    :: link[c] == UNPROVEN -> link[c] = PROVEN
    :: else
    fi
}

/* Finds the item that waits under a number, or ITEMS. */
inline findWaiting(number) {
    first = 0;
    do
    :: first < ITEMS && !((status[first] == SENT || status[first] == ASKED) && tx[first] == number) -> first++
    :: else -> break
    od
}

inline onFrame(c) {
    down[c]?kind,n,i;
    findWaiting(n);
    if
    :: kind == RESPONSE ->
       prove(c);
       if
       :: first < ITEMS -> assert(first == i); endItem(first, ANSWERED)
       :: else
       fi
    :: kind == PROBED -> prove(c)
    :: kind == UNKNOWN && first < ITEMS -> notProcessed(first)
    :: kind == FORGOTTEN && first < ITEMS ->
       assert(forgets < FORGETS || records < RECORDS);
       endItem(first, CLOSED)
    :: kind == BACK ->
       if
       :: first < ITEMS -> notProcessed(first)
       :: else
       fi;
       if
       :: link[c] == UNPROVEN -> link[c] = IDLE
       :: else
       fi
    :: kind == DRAIN -> onDrain(c)
    :: else
    fi
}

/* Finds the first item that may be asked about on a connection, or ITEMS. */
inline findLost(sidThere) {
    first = 0;
    do
    :: first < ITEMS && !(status[first] == LOST && from[first] == sidThere) -> first++
    :: else -> break
    od
}

/* Asks about an item. */
inline ask(c, item) {
    epoch++;
    status[item] = ASKED;
    on[item] = c;
#if SLOW
    asks[c] = tx[item] + 1;
    asksEpoch[c] = epoch
#else
    put(c, ASK, tx[item], 0, epoch, 0)
#endif
}

#if SLOW
/* A question leaves, maybe over a connection that the client has left meanwhile. */
inline sendQuestion(c) {
    n = asks[c] - 1;
    e = epoch;
    if
    :: EPOCH_FIRST -> e = asksEpoch[c]
    :: else
    fi;
    put(c, ASK, n, 0, e, 0);
    asks[c] = 0;
    asksEpoch[c] = 0
}

#define MAY_ASK(c) (asks[c] == 0)
#define HAS_ASKED(c) (asks[c] == 0)
#else
#define MAY_ASK(c) nfull(up[c])
#define HAS_ASKED(c) true
#endif

#define IS(item, what) (status[item] == what)
#if ITEMS == 1
#define ANY(what) IS(0, what)
#define SOME_LOST(there) (IS(0, LOST) && from[0] == there)
#define SOME_OTHER_LOST(there) (IS(0, LOST) && from[0] != there)
#elif ITEMS == 2
#define ANY(what) (IS(0, what) || IS(1, what))
#define SOME_LOST(there) ((IS(0, LOST) && from[0] == there) || (IS(1, LOST) && from[1] == there))
#define SOME_OTHER_LOST(there) ((IS(0, LOST) && from[0] != there) || (IS(1, LOST) && from[1] != there))
#else
#define ANY(what) (IS(0, what) || IS(1, what) || IS(2, what))
#define SOME_LOST(there) ((IS(0, LOST) && from[0] == there) || (IS(1, LOST) && from[1] == there) || (IS(2, LOST) && from[2] == there))
#define SOME_OTHER_LOST(there) ((IS(0, LOST) && from[0] != there) || (IS(1, LOST) && from[1] != there) || (IS(2, LOST) && from[2] != there))
#endif

/* What the first frame of a connection may be. */
#define MAY_PROBE (ANY(LOST) || ANY(UNSENT))
#define MAY_SEND (!PROBES && !ANY(LOST) && ANY(UNSENT))
#define FREE(c) (link[c] == SHUT && server[c] == ABSENT && HAS_ASKED(c))
#define LOWER_FREE(c) ((c > 0 && FREE(0)) || (c > 1 && FREE(1)) || (c > 2 && FREE(2)))

/* Both ends have left a slot. The client takes the first that is free, since all are alike. */
#define MAY_OPEN(c) (FREE(c) && !LOWER_FREE(c) && links < MOST_OPEN)

/* Connects. A process of the server is always there, and accepts. */
inline openLink(c) {
    server[c] = READING;
    accepted[c] = sid;
    links++
}

/* A connection of the client. */
active [CONNECTIONS] proctype Client() {
    byte c = _pid;
    do
    :: d_step { MAY_OPEN(c) && MAY_PROBE -> openLink(c); sendFirst(c, true); skip }
    :: d_step { MAY_OPEN(c) && MAY_SEND -> openLink(c); sendFirst(c, false); skip }
    :: d_step { link[c] == IDLE && MAY_PROBE -> sendFirst(c, true); skip }
    :: d_step { link[c] == IDLE && MAY_SEND -> sendFirst(c, false); skip }
    :: d_step { link[c] == PROVEN && ANY(UNSENT) && nfull(up[c]) -> find(UNSENT); send(c, first); skip }
    :: d_step { link[c] == PROVEN && SOME_LOST(heard[c]) && MAY_ASK(c) -> findLost(heard[c]); ask(c, first); skip }
#if SLOW
    :: d_step { asks[c] > 0 && nfull(up[c]) -> sendQuestion(c); skip }
#endif
    :: d_step { link[c] == PROVEN && SOME_OTHER_LOST(heard[c]) ->   /* another process had it */
                first = 0;
                do
                :: first < ITEMS && status[first] == LOST && from[first] != heard[c] -> endItem(first, CLOSED); first++
                :: first < ITEMS && !(status[first] == LOST && from[first] != heard[c]) -> first++
                :: first == ITEMS -> break
                od;
                skip }
    :: d_step { link[c] != SHUT && nempty(down[c]) -> onFrame(c); skip }
    :: d_step { link[c] != SHUT && breaks > 0 -> breaks--; printf("connection %d breaks\n", c); leave(c); skip }
    :: d_step { link[c] != SHUT && server[c] == ABSENT -> leave(c); skip }  /* it sees that before or after what is on its way */
    :: d_step { open == 0 && link[c] != SHUT -> shut(c); skip }
    :: open == 0 && link[c] == SHUT -> break
    od
}

/* ------------------------------------------------------------------------------------------------ the server */

#define CAN_REPLY(c) (link[c] == SHUT || nfull(down[c]))

/* Sends a frame. If the client has left the connection it goes nowhere. */
inline reply(c, what, number, item) {
    if
    :: link[c] != SHUT -> down[c]!what,number,item
    :: else
    fi
}

/* The first frame of a client: what the server knows of the client begins with its number. */
inline note(number) {
    if
    :: isNew -> isNew = false; floor = (FLOOR -> number : 0)
    :: else
    fi
}

/* All numbers below `seen` are forgotten. A request whose epoch is too low is given back; it is not remembered. */
inline onRequest(c) {
    note(n);
    j = 0;
    do
    :: j < s && state[j] == DONE -> state[j] = GONE; j++
    :: j < s && state[j] != DONE -> j++
    :: j >= s -> break
    od;
    if
    :: EPOCH && e < fence -> reply(c, BACK, n, 0)
    :: else ->
       assert(state[n] == NEVER);
       state[n] = WAITING;
       content[n] = i;
       owner[n] = c
#if !MOVES
       ; origin[n] = c
#endif
    fi
}

/* A question about one number. One about several is as several questions. */
inline onAsk(c) {
    if
    :: state[n] == WAITING || state[n] == HANDLING ->     /* `working` */
       if
       :: e > since[n] || !LATE -> owner[n] = c; since[n] = e
       :: else
       fi
    :: state[n] == DONE -> reply(c, RESPONSE, n, content[n])
    :: state[n] == GONE || (state[n] == NEVER && n < floor) -> reply(c, FORGOTTEN, n, 0)
    :: (state[n] == NEVER && n >= floor) || state[n] == DROPPED ->
       fence = (e > fence -> e : fence);
       reply(c, UNKNOWN, n, 0)
    fi
}

/* Nobody waits for the response. What waits is dropped, and what is being handled has no response. */
inline onCancel(number) {
    if
    :: state[number] == WAITING -> state[number] = DROPPED; owner[number] = NOBODY; since[number] = 0
    :: state[number] == HANDLING -> owner[number] = NOBODY
    :: else
    fi
}

#if MOVES
#define BELONGS(number, c) (owner[number] == c)
#else
#define BELONGS(number, c) (origin[number] == c)
#endif

/* The server is done with a connection. Requests that wait are dropped, or go on waiting: both are allowed. */
inline forgetLink(c, drops) {
    server[c] = ABSENT;
    accepted[c] = 0;
    do
    :: nempty(up[c]) -> up[c]?_,_,_,_,_
    :: empty(up[c]) -> break
    od;
    j = 0;
    do
    :: j < NUMBERS && BELONGS(j, c) ->
       if
       :: drops && state[j] == WAITING -> state[j] = DROPPED; owner[j] = NOBODY; since[j] = 0
       :: else
       fi;
       if
       :: owner[j] == c -> owner[j] = NOBODY
       :: else
       fi;
#if !MOVES
       origin[j] = NOBODY;
#endif
       j++
    :: j < NUMBERS && !BELONGS(j, c) -> j++
    :: j == NUMBERS -> break
    od
}

/* Whether a handler runs whose response goes to a connection. */
#define RUNS(number, c) (owner[number] == c && state[number] == HANDLING)
#define RUNS_4(c) (RUNS(0, c) || RUNS(1, c) || RUNS(2, c) || RUNS(3, c))
#if NUMBERS > 4
#define RUNS_5(c) (RUNS_4(c) || RUNS(4, c))
#else
#define RUNS_5(c) RUNS_4(c)
#endif
#if NUMBERS > 5
#define RUNS_6(c) (RUNS_5(c) || RUNS(5, c))
#else
#define RUNS_6(c) RUNS_5(c)
#endif
#if NUMBERS > 6
#define RUNS_7(c) (RUNS_6(c) || RUNS(6, c))
#else
#define RUNS_7(c) RUNS_6(c)
#endif
#if NUMBERS > 7
#define SOME_RUN(c) (RUNS_7(c) || RUNS(7, c))
#else
#define SOME_RUN(c) RUNS_7(c)
#endif

/* A connection of the server. */
active [CONNECTIONS] proctype Server() {
    byte c = _pid - CONNECTIONS;
end:
    do
    :: d_step { server[c] == READING && nempty(up[c]) && CAN_REPLY(c) ->
                up[c]?kind,n,i,e,s;
                if
                :: kind == REQUEST -> onRequest(c)
                :: kind == PROBE -> note(n); reply(c, PROBED, NUMBERS, 0)
                :: kind == ASK -> onAsk(c)
                :: kind == CANCEL -> onCancel(n)
                fi;
                skip }
    :: d_step { server[c] != ABSENT && link[c] == SHUT -> forgetLink(c, true); skip }  /* it sees the end now, or later */
    :: d_step { server[c] != ABSENT && link[c] == SHUT -> forgetLink(c, false); skip }
    :: d_step { drains > 0 && server[c] == READING && link[c] != SHUT && nfull(down[c]) ->
                drains--; server[c] = DRAINING; down[c]!DRAIN,NUMBERS,0 }
    :: d_step { server[c] == DRAINING && link[c] != SHUT && nfull(down[c]) && !SOME_RUN(c) ->
                down[c]!DRAIN,NUMBERS,0; forgetLink(c, true); skip }
    od
}

/* Takes a request out of the queue. */
inline begin(number) {
    assert(!denied[number]);
    state[number] = HANDLING;
    printf("request %d is handled, item %d\n", number, content[number]);
    begun[number] = true;
    handled[content[number]]++;
    assert(handled[content[number]] <= 1)
}

#define HAS_NO_OWNER(number) (owner[number] == NOBODY)

/* A handler of the server, for one request. */
active [NUMBERS] proctype Handler() {
    byte number = _pid - 2 * CONNECTIONS;
end:
    do
    :: d_step { state[number] == WAITING -> begin(number) }
    :: d_step { state[number] == HANDLING && HAS_NO_OWNER(number) -> state[number] = DONE; since[number] = 0 }
    :: d_step { state[number] == HANDLING && !HAS_NO_OWNER(number) && CAN_REPLY(owner[number]) ->
                state[number] = DONE; reply(owner[number], RESPONSE, number, content[number]); owner[number] = NOBODY; since[number] = 0 }
    :: d_step { forgets > 0 && state[number] == DONE -> forgets--; printf("response %d is forgotten\n", number); state[number] = GONE }
    od
}

/* ---------------------------------------------------------------------------------------------- what may happen */

/* A process of the server ends, and all connections with it. What the client has not read yet it may still read. */
inline restart() {
    restarts--;
    printf("another process of the server begins\n");
    sid++;
    fence = 0;
    floor = 0;
    isNew = true;
    first = 0;
    do
    :: first < CONNECTIONS -> forgetLink(first, true); first++
    :: else -> break
    od;
    forgetRequests()
}

/* A process forgets all requests. */
inline forgetRequests() {
    j = 0;
    do
    :: j < NUMBERS ->
       state[j] = NEVER;
       content[j] = 0;
       owner[j] = NOBODY;
       since[j] = 0;
       j++
    :: else -> break
    od
}

/* The client no longer waits for an item: it ends, whatever becomes of it. */
inline cancel(item) {
    cancels--;
    if
    :: status[item] != LOST && link[on[item]] == PROVEN -> put(on[item], CANCEL, tx[item], 0, 0, 0)
    :: else
    fi;
    endItem(item, CANCELLED)
}

#define MAY_CANCEL(item) (cancels > 0 && NEEDED(item) && (status[item] == LOST || nfull(up[on[item]])))

#if CONNECTIONS == 2
#define NO_LINK (server[0] == ABSENT && server[1] == ABSENT)
#else
#define NO_LINK (server[0] == ABSENT && server[1] == ABSENT && server[2] == ABSENT)
#endif
#define IS_OPEN(number) (state[number] == WAITING || state[number] == HANDLING)
#define SOME_OPEN_4 (IS_OPEN(0) || IS_OPEN(1) || IS_OPEN(2) || IS_OPEN(3))
#if NUMBERS > 4
#define SOME_OPEN_5 (SOME_OPEN_4 || IS_OPEN(4))
#else
#define SOME_OPEN_5 SOME_OPEN_4
#endif
#if NUMBERS > 5
#define SOME_OPEN_6 (SOME_OPEN_5 || IS_OPEN(5))
#else
#define SOME_OPEN_6 SOME_OPEN_5
#endif
#if NUMBERS > 6
#define SOME_OPEN_7 (SOME_OPEN_6 || IS_OPEN(6))
#else
#define SOME_OPEN_7 SOME_OPEN_6
#endif
#if NUMBERS > 7
#define SOME_OPEN (SOME_OPEN_7 || IS_OPEN(7))
#else
#define SOME_OPEN SOME_OPEN_7
#endif

active proctype Chance() {
end:
    do
    :: d_step { restarts > 0 -> restart(); skip }
    :: d_step { records > 0 && NO_LINK && !SOME_OPEN ->
                records--; printf("the client is forgotten\n");
                fence = 0; floor = 0; isNew = true; forgetRequests(); skip }
    :: d_step { MAY_CANCEL(0) -> cancel(0) }
#if ITEMS > 1
    :: d_step { MAY_CANCEL(1) -> cancel(1) }
#endif
    od
}
