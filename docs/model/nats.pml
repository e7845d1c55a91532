/*
 * What became of a request that was sent over a broker, as a model for spin. ask.pml is the same over connections.
 *
 * One client has some items that a server is to handle. It sends each item as a request, under a number of its own, to the
 * subject of one server, and asks only that server what became of it. What is under way is a bag: a message may overtake any
 * other, take any time, get lost, or arrive twice. If nobody subscribes the subject when a message is sent there, the client is
 * told so.
 *
 * What is checked, and where:
 *
 *   - No item is handled twice: `begin`.
 *   - If the client has concluded that a request was not processed, then it was not, and never will be: `notProcessed`
 *     and `begin`.
 *   - What the client did not want any more when it was asked is not handled: `begin`.
 *   - An item ends with its own response: `onResponse`.
 *   - Every item ends. There is a limited amount of all that goes wrong, so every run ends. It ends in an invalid end state if an
 *     item is still open, because then its process has not ended.
 *
 * A server is a process, from its beginning to its end: one that is started again is another server. There is one process of the
 * model for each item, each number and each question. The macros are as in ask.pml.
 */

/* How much there is. */
#ifndef ITEMS
#define ITEMS 2             /* what the client wants to be handled */
#endif
#ifndef SERVERS
#define SERVERS 2
#endif
#ifndef NUMBERS
#define NUMBERS 5           /* numbers for requests; an assertion checks that they suffice */
#endif
#ifndef QUESTIONS
#define QUESTIONS 3         /* an assertion checks that they suffice */
#endif
#ifndef LARGE
#define LARGE 0             /* 1: items are large: they are offered first, and sent in pieces */
#endif
#ifndef WANTED
#define WANTED 0            /* 1: servers may have stood still, so they may ask whether a request is still wanted */
#endif

/* How often it happens. */
#ifndef EARLY
#define EARLY 0             /* the client asks although an answer is under way */
#endif
#ifndef LOSSES
#define LOSSES 0            /* a message gets lost */
#endif
#ifndef DOUBLES
#define DOUBLES 0           /* a message arrives twice */
#endif
#ifndef BACKS
#define BACKS 0             /* a server gives a request back, since its queue is full or it is leaving */
#endif
#ifndef ENDS
#define ENDS 0              /* a server ends; not the last one */
#endif
#ifndef MOVES
#define MOVES 0             /* a server moves to another node: for a while nobody subscribes its subject */
#endif
#ifndef CANCELS
#define CANCELS 0           /* the client no longer waits for an item, and says so */
#endif
#ifndef GIVE_UPS
#define GIVE_UPS 0            /* the client has heard nothing for so long that it no longer waits */
#endif
#ifndef FORGETS
#define FORGETS 0           /* a server forgets a response */
#endif
#ifndef RECORDS
#define RECORDS 0           /* a server forgets the client */
#endif

/* The rules. */
#ifndef EPOCH
#define EPOCH 1             /* after `unknown` a server takes no request of a lower epoch that it does not have */
#endif
#ifndef RAISES
#define RAISES 1            /* the client raises its epoch with each question, before it asks */
#endif
#ifndef BY_NUMBER
#define BY_NUMBER 0         /* 1: in place of epochs, after `unknown` a server takes no lower number that it does not have */
#endif
#ifndef BACK_LIMIT
#define BACK_LIMIT 1        /* what a server gave back, and lower numbers that it does not have, it never takes */
#endif
#ifndef NO_LIMIT
#define NO_LIMIT 1          /* the same of what it dropped because the client did not want it any more */
#endif
#ifndef KNOWN_FIRST
#define KNOWN_FIRST 1       /* a server looks first whether it has a request, and only then at its epoch */
#endif
#ifndef FORGOTTEN_LIMIT
#define FORGOTTEN_LIMIT 1   /* what a server may have forgotten it ignores: 0: it takes it; 2: it gives it back */
#endif
#ifndef FLOOR
#define FLOOR 1             /* a server that has forgotten the client says `forgotten` until it hears a request */
#endif
#ifndef REMEMBERS
#define REMEMBERS 1         /* a server does not forget the client while a message of the client may be under way */
#endif
#ifndef SAME_SERVER
#define SAME_SERVER 1       /* the client asks the server to which it sent the request */
#endif
#ifndef NEW_SID
#define NEW_SID 1           /* a server that is started again has another subject */
#endif
#ifndef NOBODY_IS_REQUEST
#define NOBODY_IS_REQUEST 1 /* if nobody gets a question, this says nothing about the request */
#endif
#ifndef ONCE
#define ONCE 1              /* a request is published once, also if the client has connected again meanwhile */
#endif
#ifndef SILENCE
#define SILENCE 1           /* if the client hears nothing, the outcome is unknown */
#endif
#ifndef WANTED_AGAIN
#define WANTED_AGAIN 1      /* a server that gets no answer asks again whether a request is wanted */
#endif
#ifndef TRANSFER_ENDS
#define TRANSFER_ENDS 1     /* a server that says `unknown` of a request of which it has a part takes no more of it */
#endif

mtype = { UNSENT, SENT, ANSWERED, CLOSED, CANCELLED }                /* an item, for the client */
mtype = { ABSENT, RECEIVING, CONFIRMING, WAITING, HANDLING, DONE }   /* a request, for its server; ABSENT: it knows nothing of it */

byte early = EARLY, losses = LOSSES, doubles = DOUBLES, backs = BACKS, ends = ENDS, moves = MOVES;
byte cancels = CANCELS, giveUps = GIVE_UPS, forgets = FORGETS, records = RECORDS, again = 1 - ONCE;

/* What the client knows. */
mtype status[ITEMS] = UNSENT;
byte tx[ITEMS];                 /* the number of its last request */
byte next;                      /* the next number */
byte asked;                     /* how many questions there were */
bool shunned[SERVERS];          /* nobody got a request there, and no hello has come since */

/* What was sent under a number. */
byte item[NUMBERS];
byte server[NUMBERS];
byte epoch[NUMBERS];

/*
 * What is under way: how many of each message. First what goes to the server, then what goes to the client, then questions. What
 * the client would ignore is left out.
 */
byte request[NUMBERS], cancelled[NUMBERS], yes[NUMBERS], no[NUMBERS], last[NUMBERS];
byte response[NUMBERS], unknown[NUMBERS], forgotten[NUMBERS], back[NUMBERS], nobody[NUMBERS], wanted[NUMBERS], credit[NUMBERS];
byte question[QUESTIONS];
byte about[QUESTIONS];          /* its number */
byte whom[QUESTIONS];           /* the server that is asked */

/* What the servers know. */
bool alive[SERVERS] = true;
bool subscribed[SERVERS] = true;
mtype state[NUMBERS] = ABSENT;
byte fence[SERVERS];            /* it takes no lower epoch */
byte denied[SERVERS];           /* it takes no lower number that it does not have */
byte floor[SERVERS];            /* what it knew about lower numbers it may have forgotten */
bool isNew[SERVERS];            /* it has forgotten the client, and has heard no request since */

/* What really happened. No end knows it. */
byte handled[ITEMS];
bool begun[NUMBERS], concluded[NUMBERS], saidYes[NUMBERS], saidNo[NUMBERS];

/* Used within one step only. */
hidden byte j, s;

#define WAITS(number) (status[item[number]] == SENT && tx[item[number]] == number)
#define OPEN(number) (state[number] == RECEIVING || state[number] == CONFIRMING || state[number] == WAITING || state[number] == HANDLING)
#define HAS(number) (state[number] != ABSENT)

/* ------------------------------------------------------------------------------------------------ the client */

/* The client does not wait under a number any more: it ignores what comes. */
inline stopWaiting(number) {
    response[number] = 0;
    unknown[number] = 0;
    forgotten[number] = 0;
    back[number] = 0;
    nobody[number] = 0;
    credit[number] = 0
}

inline endItem(m, how) {
    status[m] = how;
    stopWaiting(tx[m])
}

/* The client concludes that a request was not processed and never will be. It will send the item again. */
inline notProcessed(number) {
    printf("client: request %d was not processed\n", number);
    assert(!begun[number]);
    concluded[number] = true;
    status[item[number]] = UNSENT;
    stopWaiting(number)
}

/* Whether the broker has somebody to pass a message to is decided when it comes there. */
inline publish(number) {
    if
    :: subscribed[server[number]] -> request[number]++
    :: else -> nobody[number] = 1
    fi
}

/* Sends an item under a new number. */
inline send(m, to) {
    assert(next < NUMBERS);
    tx[m] = next;
    item[next] = m;
    server[next] = to;
    epoch[next] = (RAISES && !BY_NUMBER -> asked : 0);
    status[m] = SENT;
    printf("client: request %d to server %d, item %d, epoch %d\n", next, to, m, epoch[next]);
    publish(next);
    next++
}

/* Asks about an item. */
inline ask(m, to) {
    assert(asked < QUESTIONS);
    printf("client: what became of request %d? to server %d\n", tx[m], to);
    if
    :: subscribed[to] -> question[asked] = 1; about[asked] = tx[m]; whom[asked] = to
    :: !subscribed[to] && NOBODY_IS_REQUEST
    :: !subscribed[to] && !NOBODY_IS_REQUEST -> notProcessed(tx[m])
    fi;
    asked++
}

/* It no longer waits, and says so. */
inline cancel(m) {
    printf("client: cancels request %d\n", tx[m]);
    if
    :: subscribed[server[tx[m]]] -> cancelled[tx[m]] = 1
    :: else
    fi;
    endItem(m, CANCELLED)
}

/* It no longer waits, since it has heard nothing. */
inline giveUp(m) {
    printf("client: nothing is heard about request %d\n", tx[m]);
    if
    :: SILENCE -> endItem(m, CLOSED)
    :: else -> notProcessed(tx[m])
    fi
}

inline onResponse(number) {
    printf("client: response %d\n", number);
    for (j : 0 .. ITEMS - 1) {
        if
        :: status[j] == SENT && tx[j] == number -> assert(item[number] == j); endItem(j, ANSWERED)
        :: else
        fi
    }
}

inline onForgotten(number) {
    assert(forgets < FORGETS || records < RECORDS);
    endItem(item[number], CLOSED)
}

inline onNobody(number) {
    shunned[server[number]] = true;
    notProcessed(number)
}

/* Is this request still wanted? */
inline onWanted(number) {
    wanted[number]--;
    if
    :: WAITS(number) -> saidYes[number] = true; yes[number] = 1; printf("client: request %d is wanted\n", number)
    :: else ->
       saidNo[number] = !saidYes[number];
       no[number] = 1;
       printf("client: request %d is not wanted\n", number)
    fi
}

#define ASKS(k, number) (question[k] > 0 && about[k] == number)
#define ASKED_3(number) (ASKS(0, number) || ASKS(1, number) || ASKS(2, number))
#if QUESTIONS == 3
#define ASKED_ABOUT(number) ASKED_3(number)
#else
#define ASKED_ABOUT(number) (ASKED_3(number) || ASKS(3, number))
#endif
#define ANSWER_TO(number) (response[number] || unknown[number] || forgotten[number] || back[number] || nobody[number])

/* Nothing more happens to a request unless the client asks. */
#define SILENT(number) (!request[number] && !ASKED_ABOUT(number) && !ANSWER_TO(number) && !OPEN(number))

/* Servers and items are alike: the first request is that of item 0, to server 0. */
#define MAY_SEND(m, to) (status[m] == UNSENT && !shunned[to] && (next > 0 || (m == 0 && to == 0)))
#define HAS_TO_ASK(m, to) (SILENT(tx[m]) && subscribed[to])
#define MAY_ASK(m, to) (status[m] == SENT && (server[tx[m]] == to || !SAME_SERVER) && (early > 0 || HAS_TO_ASK(m, to)))

inline asks(m, to) {
    if
    :: HAS_TO_ASK(m, to)
    :: else -> early--
    fi;
    ask(m, to)
}

active [ITEMS] proctype Item() {
    byte m = _pid;
    do
    :: d_step { MAY_SEND(m, 0) -> send(m, 0); skip }
    :: d_step { MAY_ASK(m, 0) -> asks(m, 0); skip }
#if SERVERS > 1
    :: d_step { MAY_SEND(m, 1) -> send(m, 1); skip }
    :: d_step { MAY_ASK(m, 1) -> asks(m, 1); skip }
#endif
#if SERVERS > 2
    :: d_step { MAY_SEND(m, 2) -> send(m, 2); skip }
    :: d_step { MAY_ASK(m, 2) -> asks(m, 2); skip }
#endif
    :: d_step { status[m] == SENT && SILENT(tx[m]) && !alive[server[tx[m]]] -> giveUp(m); skip }
#if GIVE_UPS
    :: d_step { status[m] == SENT && giveUps > 0 -> giveUps--; giveUp(m); skip }
#endif
#if CANCELS
    :: d_step { status[m] == SENT && cancels > 0 -> cancels--; cancel(m); skip }
#endif
#if !ONCE
    :: d_step { status[m] == SENT && again > 0 -> again--; printf("client: request %d again\n", tx[m]); publish(tx[m]); skip }
#endif
    :: status[m] != UNSENT && status[m] != SENT -> break
    od
}

/* ------------------------------------------------------------------------------------------------ the servers */

#define MAX(a, b) ((a) > (b) -> (a) : (b))

/* An answer. If the client does not wait for it, it is ignored. */
inline reply(answer, number) {
    answer = (WAITS(number) -> 1 : 0)
}

/* A server drops a request that was not handled, and remembers nothing of it but that it is done with lower numbers. */
inline drop(number, limit) {
    state[number] = ABSENT;
    if
    :: limit -> denied[server[number]] = MAX(denied[server[number]], number + 1)
    :: else
    fi
}

inline giveBack(number) {
    printf("server %d: request %d is given back\n", server[number], number);
    drop(number, BACK_LIMIT);
    reply(back[number], number)
}

inline note(number) {
    s = server[number];
    if
    :: isNew[s] -> isNew[s] = false; floor[s] = (FLOOR -> number : 0)
    :: else
    fi
}

#define LATE(number) (EPOCH && epoch[number] < fence[s])

/* A request, or the offer of a large one. */
inline onRequest(number, becomes) {
    note(number);
    request[number]--;
    printf("server %d: request %d arrives\n", s, number);
    if
    :: HAS(number) && (KNOWN_FIRST || !LATE(number))
    :: HAS(number) && !KNOWN_FIRST && LATE(number) -> reply(back[number], number)
    :: !HAS(number) && number < floor[s] && FORGOTTEN_LIMIT == 1
    :: !HAS(number) && number < floor[s] && FORGOTTEN_LIMIT == 2 -> reply(back[number], number)
    :: else ->
       if
       :: LATE(number) || number < denied[s] -> giveBack(number)
       :: else -> state[number] = becomes
       fi
    fi
}

/* A question. */
inline onQuestion(k) {
    s = whom[k];
    j = about[k];
    if
    :: HAS(j) && state[j] != RECEIVING && server[j] == s ->
       if
       :: state[j] == DONE -> reply(response[j], j)
       :: else      /* `working` */
       fi
    :: (!HAS(j) || server[j] != s) && (j < floor[s] || (isNew[s] && FLOOR)) -> reply(forgotten[j], j)
    :: else ->
       printf("server %d: request %d is unknown\n", s, j);
       if
       :: BY_NUMBER -> denied[s] = MAX(denied[s], j + 1)
       :: else -> fence[s] = MAX(fence[s], (RAISES -> k + 1 : 0))
       fi;
       if
       :: TRANSFER_ENDS && server[j] == s -> state[j] = ABSENT
       :: else
       fi;
       reply(unknown[j], j)
    fi;
    question[k]--;
    if
    :: question[k] == 0 -> about[k] = 0; whom[k] = 0
    :: else
    fi
}

/* Nobody waits for the response. What is being handled is handled. */
inline onCancel(number) {
    cancelled[number] = 0;
    if
    :: state[number] == RECEIVING || state[number] == CONFIRMING || state[number] == WAITING -> drop(number, NO_LIMIT)
    :: else
    fi
}

/* Takes a request out of the queue. */
inline begin(number) {
    printf("server %d: request %d is handled, item %d\n", server[number], number, item[number]);
    assert(!concluded[number]);
    assert(!saidNo[number]);
    state[number] = HANDLING;
    begun[number] = true;
    handled[item[number]]++;
    assert(handled[item[number]] <= 1)
}

#if LARGE
#define TAKEN RECEIVING
#else
#define TAKEN WAITING
#endif

#define LOSE(message) d_step { losses > 0 && message[n] > 0 -> losses--; message[n]--; printf("request %d: a message is lost\n", n) }
#define DOUBLE(message) d_step { doubles > 0 && message[n] == 1 -> doubles--; message[n]++; printf("request %d: a message is doubled\n", n) }

/* What is sent and done under one number. */
active [NUMBERS] proctype Number() {
    byte n = _pid - ITEMS;
end:
    do
    /* At the server. */
    :: d_step { request[n] > 0 -> onRequest(n, TAKEN); skip }
    :: d_step { state[n] == WAITING -> begin(n); skip }
    :: d_step { state[n] == HANDLING -> state[n] = DONE; reply(response[n], n); skip }
#if BACKS
    :: d_step { backs > 0 && request[n] > 0 && !HAS(n) && n >= floor[server[n]] -> backs--; note(n); request[n]--; giveBack(n); skip }
    :: d_step { backs > 0 && (state[n] == RECEIVING || state[n] == CONFIRMING || state[n] == WAITING) -> backs--; giveBack(n); skip }
#endif
#if FORGETS
    :: d_step { forgets > 0 && state[n] == DONE ->
                forgets--; state[n] = ABSENT; floor[server[n]] = MAX(floor[server[n]], (FORGOTTEN_LIMIT -> n + 1 : 0)) }
#endif
#if CANCELS
    :: d_step { cancelled[n] -> onCancel(n); skip }
#endif
#if WANTED
    :: d_step { request[n] > 0 && !HAS(n) -> onRequest(n, CONFIRMING);
                wanted[n] = (state[n] == CONFIRMING -> 1 : wanted[n]) }
    :: d_step { WANTED_AGAIN && state[n] == CONFIRMING && !wanted[n] && !yes[n] && !no[n] -> wanted[n] = 1 }
    :: d_step { yes[n] > 0 -> yes[n]--; state[n] = (state[n] == CONFIRMING -> WAITING : state[n]) }
    :: d_step { no[n] > 0 -> no[n]--;
                if
                :: state[n] == CONFIRMING -> drop(n, NO_LIMIT)
                :: else
                fi;
                skip }
    :: d_step { wanted[n] > 0 -> onWanted(n); skip }
    :: LOSE(wanted)
    :: LOSE(yes)
    :: LOSE(no)
    :: DOUBLE(wanted)
    :: DOUBLE(yes)
#endif
#if LARGE
    :: d_step { state[n] == RECEIVING && !credit[n] && !last[n] && WAITS(n) -> credit[n] = 1 }
    :: d_step { credit[n] -> credit[n] = 0; last[n] = 1 }
    :: d_step { last[n] > 0 -> last[n]--; state[n] = (state[n] == RECEIVING -> WAITING : state[n]) }
    :: LOSE(credit)
    :: LOSE(last)
    :: DOUBLE(last)
#endif

    /* At the client. */
    :: d_step { response[n] -> onResponse(n); skip }
    :: d_step { unknown[n] -> notProcessed(n); skip }
    :: d_step { back[n] -> notProcessed(n); skip }
    :: d_step { nobody[n] -> onNobody(n); skip }
    :: d_step { forgotten[n] -> onForgotten(n); skip }

    /* On the way. What the client got twice it would ignore. */
    :: LOSE(request)
    :: LOSE(response)
    :: LOSE(unknown)
    :: LOSE(back)
    :: LOSE(nobody)
    :: LOSE(cancelled)
    :: DOUBLE(request)
    od
}

active [QUESTIONS] proctype Question() {
    byte n = _pid - ITEMS - NUMBERS;
end:
    do
    :: d_step { question[n] > 0 -> onQuestion(n); skip }
    :: LOSE(question)
    :: DOUBLE(question)
    od
}

/* ---------------------------------------------------------------------------------------------- what may happen */

/* A server knows nothing more of the client. */
inline forget(one) {
    fence[one] = 0;
    denied[one] = 0;
    floor[one] = 0;
    for (j : 0 .. NUMBERS - 1) {
        if
        :: j < next && server[j] == one -> state[j] = ABSENT
        :: else
        fi
    }
}

/* A server ends. Nobody gets what is on its way there. */
inline endServer(one) {
    ends--;
    printf("server %d: ends\n", one);
    isNew[one] = false;
    forget(one);
    alive[one] = !NEW_SID;
    subscribed[one] = !NEW_SID;
    for (j : 0 .. NUMBERS - 1) {
        if
        :: NEW_SID && j < next && server[j] == one ->
           request[j] = 0; cancelled[j] = 0; yes[j] = 0; no[j] = 0; last[j] = 0; wanted[j] = 0; credit[j] = 0
        :: else
        fi
    }
    for (j : 0 .. QUESTIONS - 1) {
        if
        :: NEW_SID && question[j] && whom[j] == one -> question[j] = 0; about[j] = 0; whom[j] = 0
        :: else
        fi
    }
}

#if SERVERS == 2
#define SEVERAL (alive[0] && alive[1])
#elif SERVERS == 3
#define SEVERAL ((alive[0] && (alive[1] || alive[2])) || (alive[1] && alive[2]))
#else
#define SEVERAL false
#endif
#define IDLE_ONE(number, one) (server[number] != one || !(OPEN(number) || (REMEMBERS && (request[number] || ASKED_ABOUT(number)))))
#define IDLE_5(one) (IDLE_ONE(0, one) && IDLE_ONE(1, one) && IDLE_ONE(2, one) && IDLE_ONE(3, one) && IDLE_ONE(4, one))
#if NUMBERS == 5
#define IDLE(one) IDLE_5(one)
#else
#define IDLE(one) (IDLE_5(one) && IDLE_ONE(5, one))
#endif

active [SERVERS] proctype Chance() {
    byte c = _pid - ITEMS - NUMBERS - QUESTIONS;
end:
    do
#if ENDS
    :: d_step { ends > 0 && (SEVERAL || !NEW_SID) && alive[c] -> endServer(c); skip }
#endif
#if MOVES
    :: d_step { moves > 0 && subscribed[c] -> moves--; subscribed[c] = false; printf("server %d: moves\n", c) }
    :: d_step { alive[c] && !subscribed[c] -> subscribed[c] = true }
#endif
    :: d_step { shunned[c] && subscribed[c] -> shunned[c] = false }     /* hello */
#if RECORDS
    :: d_step { records > 0 && alive[c] && !isNew[c] && IDLE(c) ->
                records--; printf("server %d: the client is forgotten\n", c); forget(c); isNew[c] = true }
#endif
    od
}
