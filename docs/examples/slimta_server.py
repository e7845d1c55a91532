"""A server of a slimta.bus socket, as docs/wire.md describes it. An example: it has few options, and no TLS.

    def handler(requests, attachments):
        return [element("reply", {"code": 250}, "Ok") for request in requests], []

    server = Server(handler, "127.0.0.1", 4025)
"""

import select
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from slimta_memory import Memory, Request, new_name
from slimta_wire import NOT_XML, Failure, Wire, control, element, number, numbers, pack

BACKLOG = 4096  # Connections that wait to be accepted. If there are more, they are delayed by a second, and some are reset.


class Server:
    """Serves transactions: handler(requests, attachments) returns responses and attachments, or raises a Failure."""

    def __init__(self, handler, host="127.0.0.1", port=0, workers=16, most_in_hand=256):
        self.handler, self.is_closing = handler, False
        self.room, self.workers = threading.Semaphore(most_in_hand), ThreadPoolExecutor(workers)
        self.name, self.memory = new_name(), Memory()
        self.links, self.lock = set(), threading.Lock()
        self._listener = socket.create_server((host, port), backlog=BACKLOG)
        self._listener.setblocking(False)
        self.port, self._listens = self._listener.getsockname()[1], True
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self):
        """Accepts connections; at the end also those that wait, because closing the listener would cut them."""
        waiting = True
        while self._listens or waiting:
            waiting, _, _ = select.select([self._listener], [], [], 0.05)
            if waiting:
                try:
                    link = Link(self, self._listener.accept()[0])
                except OSError:
                    continue  # The client has gone again.
                with self.lock:
                    self.links.add(link)
                link.thread.start()
        self._listener.close()

    def close(self):
        """Closes in an orderly way: what was read is answered, and clients are told to send the rest elsewhere."""
        self._listens = False
        self._accepting.join()  # This comes first; otherwise clients that are sent away would come back.
        self.is_closing = True
        with self.lock:
            links = list(self.links)
        for link in links:
            link.drain()
        for link in links:
            link.close()
        self.workers.shutdown()


class Link:
    """A connection of a server."""

    def __init__(self, server, sock):
        sock.setblocking(True)
        self.server, self.wire = server, Wire(sock)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self._state = threading.Condition()  # Guards the next line.
        self._is_numbered, self._is_draining, self._unanswered = False, False, 0
        self._has_said_all = False  # Both drains were sent at once.
        self._client = None  # What is remembered of the client, if it has offered the word `ask`.

    def _run(self):
        try:
            frame = self.wire.receive()
            while frame is not None and self._take(*frame):
                frame = self.wire.receive()
        except (OSError, ValueError):
            pass  # Nothing more will arrive. What has arrived is answered.
        if self._client is not None:
            self.server.memory.leave(self._client, self)
        self._await_answers()
        self.wire.end()
        try:
            self.wire.sock.settimeout(2)
            while self.wire.sock.recv(1 << 16):
                pass  # Closing with unread data could destroy what is on its way to the client.
        except OSError:
            pass
        self.wire.sock.close()
        with self.server.lock:
            self.server.links.discard(self)

    def _take(self, root, attachments):
        """Handles a frame, and returns whether more may follow."""
        if root.tag == "control":
            if self._is_numbered and not self._is_draining:
                self._take_control(root.attrib)
            return self._is_numbered
        if root.tag != "requests":
            return False
        if root.get("tx") is None:
            answer = None if self.server.is_closing else self._answer(root, attachments, {}, None)
            if answer is not None:
                self.wire.send(answer)
            return False  # Such a client has one transaction.
        tx, ttl = number(root.get("tx"), 1), root.get("ttl")
        expires = None if ttl is None else time.monotonic() + number(ttl, 0) / 1000
        attributes = {"tx": tx, **self._negotiate(root, tx)}
        while not self.server.room.acquire(timeout=1):
            self.wire.send(control("pong", "parked"))  # The server does not read its pings now.
        with self._state:
            is_first, self._is_numbered = not self._is_numbered, True
            takes = not self._is_draining and not self.server.is_closing
            self._unanswered += takes
            self._has_said_all = is_first and not takes
        if takes and "can" in attributes and root.get("probe") == "true":
            self._end(pack(element("responses", attributes)), self)
            return True
        if takes:
            self._enter(root, attachments, attributes, expires)
            return True
        self.server.room.release()
        if self._has_said_all:  # It came too late, and nothing was read before it.
            self.wire.send(control("drain", "true") * 2)
        return not is_first

    def _negotiate(self, root, tx):
        """The attributes of the response if the client offers the word `ask`, which it does until it has a response."""
        if "ask" not in root.get("can", "").split() or not root.get("client"):
            return {}
        if self._client is None:
            self._client = self.server.memory.client(root.get("client"), tx, self)
        return {"can": "ask", "server": self.server.name}

    def _enter(self, root, attachments, attributes, expires):
        """Has a request processed, or gives it back if the client has been told that it was not processed."""
        request = Request(self)
        if self._client is not None:
            epoch, seen = number(root.get("epoch", "0"), 0), number(root.get("seen", "0"), 0)
            request = self.server.memory.take(self._client, attributes["tx"], epoch, seen, self)
        if request is None:
            self._end(control("back", attributes["tx"]), self)
        else:
            self.server.workers.submit(self._work, request, root, attachments, attributes, expires)

    def _work(self, request, root, attachments, attributes, expires):
        if not self.server.memory.begin(request):
            self.server.room.release()
            return
        answer, link = self._answer(root, attachments, attributes, expires), self
        if self._client is not None:
            link = self.server.memory.answered(self._client, attributes["tx"], request, answer)
        self._end(answer, link)

    def _end(self, answer, link):
        """Sends what a request has become, over the connection that waits for it."""
        self.server.room.release()
        if link is not None:
            link.send(answer)
            link.owes(-1)

    def send(self, frame):
        try:
            self.wire.send(frame)
        except OSError:
            pass  # The client is gone. It may ask on another connection.

    def owes(self, change):
        """Changes the number of requests whose responses go to this connection."""
        with self._state:
            self._unanswered += change
            self._state.notify_all()

    def _take_control(self, said):
        if "ping" in said:
            self.wire.send(control("pong", said["ping"]))
        elif "ask" in said and self._client is not None:
            asked, epoch = numbers(said["ask"]), number(said.get("epoch", "0"), 0)
            responses, others = self.server.memory.ask(self._client, asked, epoch, self)
            for response in responses:
                self.wire.send(response)
            for name, named in others.items():
                if named:
                    self.wire.send(control(name, " ".join(map(str, named))))
        elif "cancel" in said and self._client is not None:
            self.server.memory.cancel(self._client, number(said["cancel"], 1))

    def _answer(self, root, attachments, attributes, expires):
        """The frame with the responses; None if the requests failed and the client cannot be notified."""
        try:
            if expires is not None and time.monotonic() >= expires:
                raise Failure("expired", "the client's time was over; it was not processed")
            responses, parts = self.server.handler(list(root), attachments)
            if len(responses) != len(root):
                raise Failure("mismatch", f"{len(responses)} responses to {len(root)} requests")
            return pack(element("responses", attributes, children=responses), parts)
        except Exception as e:  # A handler may raise anything.
            failure = e if isinstance(e, Failure) else Failure("handler", repr(e))
            text = NOT_XML.sub(" ", failure.text)
            return pack(element("responses", {**attributes, "error": failure.reason}, text)) if attributes else None

    def _await_answers(self):
        with self._state:
            self._state.wait_for(lambda: self._unanswered == 0)

    def drain(self):
        with self._state:
            self._is_draining = True
            knows = self._is_numbered and not self._has_said_all
        if knows:
            self._say_drain()  # Send nothing more here.

    def close(self):
        self._await_answers()
        if self._is_numbered:
            if not self._has_said_all:
                self._say_drain()  # Requests without a response were not read.
            self.wire.end()
        self.thread.join(2)  # For the client to close, or to bring its first request.
        self.wire.end(socket.SHUT_RDWR)

    def _say_drain(self):
        self.send(control("drain", "true"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("slimta_server.py HOST PORT    accepts every mail, and delivers none")

    def accept(requests, attachments):
        return [element("reply", {"code": 250}, "Ok") for _ in requests], []

    server = Server(accept, sys.argv[1], int(sys.argv[2]))
    print("Return ends it.")
    sys.stdin.readline()
    server.close()
