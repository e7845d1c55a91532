"""What a server remembers of its clients, so that they can ask what became of their requests: docs/wire.md, part C."""

import secrets
import threading
import time
from collections import deque

MOST_CLIENTS = 10000
CLIENT_TIME = 3600  # How long, in seconds, a client is remembered that has no connection.
MOST_BYTES = 64 << 20  # Of responses.
RESPONSE_TIME = 30  # How long, in seconds, a response is remembered.


def new_name():
    """128 random bits in base64url: the name of a client or of a server."""
    return secrets.token_urlsafe(16)


class Request:
    """A request that a server has. Guarded by the lock of the memory, if it is remembered."""

    def __init__(self, link):
        self.link = link  # The connection that gets the response; None if nobody waits for it.
        self.epoch = 0  # Of the question that has moved it to this connection.
        self.has_begun, self.is_dropped = False, False
        self.response = None  # The frame.


class KnownClient:
    """What the server knows of one client. Guarded by the lock of the memory."""

    def __init__(self, first):
        self.first = first  # The first number that was heard: nothing is known about lower ones.
        self.fence = 0  # No request with a lower epoch is taken.
        self.forgotten = 0  # Up to here numbers are forgotten, unless they are in requests.
        self.requests, self.links, self.last_sign = {}, set(), time.monotonic()


class Memory:
    """Of one server. The methods may be called on any thread."""

    def __init__(self, response_time=RESPONSE_TIME, most_bytes=MOST_BYTES):
        self.response_time, self.most_bytes = response_time, most_bytes
        self._lock = threading.Lock()  # Guards everything below: a question must not come between two steps.
        self._clients, self._bytes = {}, 0
        self._ended = deque()  # Requests with a response and dropped ones: (end of its time, client, number), the oldest first.

    def client(self, name, number, link):
        """Returns the client that has just sent this number for the first time on a connection."""
        with self._lock:
            if name not in self._clients:
                self._forget_clients()
                self._clients[name] = KnownClient(number)
            client = self._clients[name]
            client.links.add(link)
            return client

    def leave(self, client, link):
        """A connection has ended."""
        with self._lock:
            client.links.discard(link)
            client.last_sign = time.monotonic()

    def _forget_clients(self):
        """Forgets those whose time is over, and if there are too many those that were silent for the longest time."""
        idle = {name: client.last_sign for name, client in self._clients.items()
                if not client.links and all(each.response for each in client.requests.values())}
        for name in sorted(idle, key=idle.get):
            if len(self._clients) >= MOST_CLIENTS or time.monotonic() - idle[name] > CLIENT_TIME:
                del self._clients[name]

    def take(self, client, number, epoch, seen, link):
        """Notes that a request has come, and returns it; None if it must be given back."""
        with self._lock:
            for each in [each for each in client.requests if each <= seen]:
                self._forget(client, each)
            if epoch < client.fence:
                return None
            client.requests[number] = Request(link)
            return client.requests[number]

    def begin(self, request):
        """Whether the request is to be processed: nobody has cancelled it."""
        with self._lock:
            request.has_begun = not request.is_dropped
            return request.has_begun

    def answered(self, client, number, request, response):
        """Remembers the response, and returns the connection that it goes to; None if nobody waits for it."""
        with self._lock:
            request.response = response
            self._bytes += len(response)
            self._ended.append((time.monotonic() + self.response_time, client, number))
            while self._bytes > self.most_bytes or self._ended and self._ended[0][0] < time.monotonic():
                self._forget(*self._ended.popleft()[1:])
            link, request.link = request.link, None
            return link

    def _forget(self, client, number):
        """Forgets a response. What has none yet stays."""
        request = client.requests.get(number)
        if request is not None and (request.response is not None or request.is_dropped):
            self._bytes -= len(request.response or b"")
            client.forgotten = max(client.forgotten, number)
            del client.requests[number]

    def ask(self, client, numbers, epoch, link):
        """What became of requests: a list of responses, and a dictionary of the numbers that have none."""
        responses, others = [], {"working": [], "unknown": [], "forgotten": []}
        with self._lock:
            for number in numbers:
                request = client.requests.get(number)
                if request is None:
                    is_certain = number >= client.first and number > client.forgotten
                    others["unknown" if is_certain else "forgotten"].append(number)
                elif request.is_dropped:
                    others["unknown"].append(number)
                elif request.response is not None:
                    responses.append(request.response)
                else:
                    others["working"].append(number)
                    self._move(request, epoch, link)
            if others["unknown"]:
                client.fence = max(client.fence, epoch)  # Such a request may still be unread on another connection.
        return responses, others

    def _move(self, request, epoch, link):
        if epoch > request.epoch:  # An older question may be read after a newer one.
            if request.link is not None:
                request.link.owes(-1)
            request.link, request.epoch = link, epoch
            link.owes(1)

    def cancel(self, client, number):
        """Nobody waits for a request any more."""
        with self._lock:
            request = client.requests.get(number)
            if request is not None and request.link is not None:
                request.is_dropped = not request.has_begun
                request.link.owes(-1)
                request.link = None
                if request.is_dropped:
                    self._ended.append((time.monotonic() + self.response_time, client, number))
