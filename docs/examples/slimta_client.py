"""A client of a slimta.bus socket, as docs/wire.md describes it. An example: it has few options, and no TLS.

    client = Client("127.0.0.1", 4025)
    replies, attachments = client.transact([message("me@example.com", ["you@example.com"], 1)], [mail])
"""

import socket
import sys
import threading
import time
from concurrent.futures import Future, TimeoutError as FutureTimeout
from slimta_memory import new_name
from slimta_wire import Failure, Wire, control, element, number, numbers, pack, text_of, write

LARGE = 256 << 10  # A frame above this size gets a connection for itself.
FIRST_ANSWER = 0.1  # How long, in seconds, others wait for the first response on a connection.
RECONNECT = 5.0  # How long, in seconds, a client tries to connect in order to ask what became of its requests.


class NotProcessed(Exception):
    """The server has not processed this request, and will not process it: it may be sent again."""


class Lost(Exception):
    """The connection broke, or was drained, before there was a response. The server that had it may know more."""

    def __init__(self, tx, server, why):
        super().__init__(why)
        self.tx, self.server, self.why = tx, server, why


class Client:
    """Sends transactions to one server. They share a connection if the server keeps it; otherwise each has its own."""

    def __init__(self, host, port, timeout=60.0, keep=True, ping_interval=10.0):
        self.address, self.timeout, self.keep, self.ping_interval = (host, port), timeout, keep, ping_interval
        self.name, self.asks = new_name(), False  # Whether the server knows the word `ask`.
        self._first = threading.Lock()  # Held while a thread waits for the first response on a connection.
        self._asking = threading.Lock()  # Held while a thread opens a connection in order to ask.
        self._numbers = threading.Lock()  # Guards the next line.
        self._last, self._open, self._epoch = 0, set(), 0
        self._shared, self._server_keeps = None, True
        self._is_closed = False
        self.is_told = False  # Whether the server has said that it closes, and no connection was made since.

    def transact(self, items, attachments=()):
        """Sends requests, waits for the responses, and returns them with their attachments; or raises a Failure."""
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline:
            try:
                return self._transact(items, attachments, deadline)
            except NotProcessed:
                pass  # Send it again.
            except Failure as e:
                if e.reason != "connect" or not self.is_told:
                    raise
                time.sleep(0.05)  # The server may come back.
        raise Failure("connect", "the server closed, and did not come back in time")

    def number(self):
        """The number of a new transaction. It is open until end_number."""
        with self._numbers:
            self._last += 1
            self._open.add(self._last)
            return self._last

    def end_number(self, tx):
        with self._numbers:
            self._open.discard(tx)

    def state(self):
        """The attributes of a request that say which responses are not needed any more, and how often the client has asked."""
        with self._numbers:
            seen = min(self._open) - 1
            return {**({"seen": seen} if seen > 0 else {}), **({"epoch": self._epoch} if self._epoch > 0 else {})}

    def next_epoch(self):
        with self._numbers:
            self._epoch += 1
            return self._epoch

    def _transact(self, items, attachments, deadline):
        large = sum(map(len, [*map(write, items), *attachments])) > LARGE
        waits = self.keep and self._server_keeps and not large and self._shared is None
        holds = waits and self._first.acquire(timeout=FIRST_ANSWER)
        try:
            shared = None if large else self._shared
            link = shared or self._connect(deadline)
            try:
                return link.transact(items, attachments, deadline)
            except Lost as e:
                lost = e
            finally:
                if link is not shared:
                    self._after_first(link, large)
        finally:
            if holds:
                self._first.release()
        return self._ask(lost, len(items), deadline)

    def _connect(self, deadline):
        """Opens a connection. A server that can be asked says first who it is, before anything can get lost there."""
        link = Link(self)
        if self.asks:
            try:
                link.transact([], [], deadline, probe=True)
            except Lost as e:
                self.end_number(e.tx)
            except Failure:
                pass  # Nothing was sent that matters.
            if not link.is_kept:
                time.sleep(0.05)
                raise NotProcessed()
        return link

    def _after_first(self, link, large):
        if link.is_kept is not None:
            self._server_keeps = link.is_kept
        if link.is_kept and not large and self._shared is None:
            self._shared = link  # All other transactions use it from now on.
            if not link.takes_more:
                self.forget(link)
        else:
            link.wire.end(socket.SHUT_RDWR)

    def _ask(self, lost, expected, deadline):
        """Asks the server that had a request what became of it."""
        try:
            while True:
                link = self._reconnect(lost, min(deadline, time.monotonic() + RECONNECT))
                if link.server != lost.server:
                    raise Failure("closed", f"{lost.why}, and another server has taken its place")
                try:
                    return link.ask(lost.tx, expected, deadline)
                except Lost:
                    pass  # This connection broke too.
        finally:
            self.end_number(lost.tx)

    def _reconnect(self, lost, until):
        while time.monotonic() < until and not self._is_closed:
            try:
                with self._asking:
                    link = self._shared
                    if link is None:
                        link = self._connect(until)
                        self._after_first(link, False)
                    return link
            except (Failure, NotProcessed):
                time.sleep(0.05)  # The server may come back.
        raise Failure("closed", f"{lost.why}, and does not say what became of the requests")

    def forget(self, link):
        if self._shared is link:
            self._shared = None

    def close(self):
        self._is_closed = True
        if self._shared is not None:
            self._shared.wire.end(socket.SHUT_RDWR)


class Link:
    """A connection of a client."""

    def __init__(self, client):
        self.client, self.is_kept = client, None  # None until the first response shows whether the server keeps it.
        self.server = None  # The name of the server, if it can be asked.
        self._lock = threading.Lock()  # Guards the next line.
        self._pending, self._asked, self.takes_more = {}, set(), True
        self._drained = False
        try:
            sock = socket.create_connection(client.address, client.timeout)
        except OSError as e:
            raise Failure("connect", str(e)) from e
        sock.settimeout(None)
        client.is_told = False
        self.wire = Wire(sock, self._on_silence, client.ping_interval)
        threading.Thread(target=self._read, daemon=True).start()

    def transact(self, items, attachments, deadline, probe=False):
        """Sends requests, and waits for the responses. If it raises Lost, the number stays open."""
        tx = self.client.number()
        try:
            ttl = max(0, int(1000 * (deadline - time.monotonic())))
            attributes = {"tx": tx, "ttl": ttl, **self.client.state()} if self.client.keep else {}
            if self.client.keep and self.is_kept is None:
                attributes.update({"can": "ask", "client": self.client.name, **({"probe": "true"} if probe else {})})
            frame = pack(element("requests", attributes, children=items), attachments)
            if not self._add(tx, False):
                raise NotProcessed()
            answer = self._send(tx, frame, len(items), deadline)
        except Lost:
            raise
        except BaseException:
            self.client.end_number(tx)
            raise
        self.client.end_number(tx)
        return answer

    def ask(self, tx, expected, deadline):
        """Asks what became of a request, and waits for the responses."""
        if not self._add(tx, True):
            raise Lost(tx, self.server, "the connection has ended")
        return self._send(tx, control("ask", tx, epoch=self.client.next_epoch()), expected, deadline)

    def _add(self, tx, is_asked):
        with self._lock:
            if self.takes_more:
                self._pending[tx] = Future()
                if is_asked:
                    self._asked.add(tx)
            return self.takes_more

    def _send(self, tx, frame, expected, deadline):
        answer = self._pending[tx]
        try:
            self.wire.send(frame)
        except OSError:
            self.wire.end()  # The reading thread decides what that means.
        try:
            responses, parts = answer.result(max(0, deadline - time.monotonic()))
        except FutureTimeout:
            self._cancel(tx)
            raise Failure("timeout", f"no response within {self.client.timeout} s") from None
        finally:
            self._pending.pop(tx, None)
        if len(responses) != expected:
            raise Failure("mismatch", f"{len(responses)} responses to {expected} requests")
        return responses, parts

    def _cancel(self, tx):
        try:
            if self.server is not None and self.takes_more:
                self.wire.send(control("cancel", tx))
        except OSError:
            pass  # Then the server processes it in vain.

    def _read(self):
        why = "the server closed the connection"
        try:
            frame = self.wire.receive()
            while frame is not None and self._take(*frame):
                frame = self.wire.receive()
        except (OSError, ValueError) as e:
            why = str(e)
        self._take_no_more()
        self._end_all(lambda tx: self._lost(tx, why))
        self.wire.sock.close()

    def _take_no_more(self):
        with self._lock:
            self.takes_more = False
        self.client.forget(self)

    def _lost(self, tx, why):
        """Without the name of the server nobody can say whether the request was processed."""
        return Failure("closed", why) if self.server is None else Lost(tx, self.server, why)

    def _not_read(self, tx):
        """After the second drain. What was only asked about here was sent on another connection."""
        return self._lost(tx, "the server closed") if tx in self._asked else NotProcessed()

    def _end_all(self, failure):
        self._end(list(self._pending), failure)

    def _end(self, txs, failure):
        for tx in txs:
            answer = self._pending.pop(tx, None)
            if answer is not None:
                answer.set_exception(failure(tx))

    def _take(self, root, attachments):
        """Handles a frame, and returns whether the connection continues."""
        if root.tag == "control":
            return self._take_control(root.attrib)
        tx = root.get("tx")
        if root.tag != "responses" or tx is None and (self.is_kept or len(self._pending) != 1):
            raise ValueError(f"<{root.tag}> that belongs to no request")
        if self.is_kept is None and "ask" in root.get("can", "").split():
            self.server = root.get("server")
        self.client.asks = self.server is not None
        answer = self._pending.pop(next(iter(self._pending)) if tx is None else number(tx, 1), None)
        self.is_kept = tx is not None
        if answer is not None and root.get("error") is not None:
            answer.set_exception(Failure(root.get("error").lower(), text_of(root), root.get("outcome", "").lower()))
        elif answer is not None:
            answer.set_result((list(root), attachments))
        return self.is_kept

    def _take_control(self, said):
        if "ping" in said:
            self.wire.send(control("pong", said["ping"]))
        elif said.get("drain") == "true" and not self._drained:
            self._drained = self.client.is_told = True
            self._take_no_more()  # But requests that were sent may still be answered.
        elif said.get("drain") == "true":
            self._end_all(self._not_read)
            return False
        self._end(numbers(said.get("unknown", said.get("back", ""))), lambda tx: NotProcessed())
        self._end(numbers(said.get("forgotten", "")), lambda tx: Failure("closed", "the server has forgotten the responses"))
        return True

    def _on_silence(self, times):
        """Pings a server that is silent, and gives it up if nothing arrives for as long again, and for at least 3 s."""
        interval = self.client.ping_interval
        if self.is_kept and not self._drained and times == 1:
            self.wire.send(control("ping", int(time.time())))
        elif self.is_kept and not self._drained and (times - 1) * interval >= max(interval, 3):
            raise OSError("the server is silent, and does not answer a ping")


def message(sender, recipients, part):
    """A request that carries a mail: the attachment of that number has its headers and body."""
    client = {"protocol": "ESMTP", "ehlo": "localhost", "ip": "127.0.0.1", "security": "", "receiver": socket.gethostname()}
    envelope = [element("sender", text=sender), *[element("recipient", text=each) for each in recipients]]
    return element("message", children=[
        element("client", children=[element(name, text=text) for name, text in client.items()]),
        element("envelope", children=envelope),
        element("contents", {"part": part})])


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit("slimta_client.py HOST PORT SENDER RECIPIENT... <MAIL    sends a mail to a relay")
    host, port, mail_from, *mail_to = sys.argv[1:]
    replies, _ = Client(host, int(port)).transact([message(mail_from, mail_to, 1)], [sys.stdin.buffer.read()])
    print(replies[0].get("code"), text_of(replies[0]))
