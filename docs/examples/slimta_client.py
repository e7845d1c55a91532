"""A client of a slimta.bus socket, as docs/wire.md describes it. An example: it has few options, and no TLS.

    client = Client("127.0.0.1", 4025)
    replies, attachments = client.transact([message("me@example.com", ["you@example.com"], 1)], [mail])
"""

import socket
import sys
import threading
import time
from concurrent.futures import Future, TimeoutError as FutureTimeout
from itertools import count
from slimta_wire import Failure, Wire, control, element, number, pack, text_of, write

LARGE = 256 << 10  # A frame above this size gets a connection for itself.
FIRST_ANSWER = 0.1  # How long, in seconds, others wait for the first response on a connection.


class NotRead(Exception):
    """The server has not read this request, and will not read it: it may be sent over another connection."""


class Client:
    """Sends transactions to one server. They share a connection if the server keeps it; otherwise each has its own."""

    def __init__(self, host, port, timeout=60.0, keep=True, ping_interval=10.0):
        self.address, self.timeout, self.keep, self.ping_interval = (host, port), timeout, keep, ping_interval
        self.tx = count(1)
        self._first = threading.Lock()  # Held while a thread waits for the first response on a connection.
        self._shared, self._server_keeps = None, True
        self.is_told = False  # Whether the server has said that it closes, and no connection was made since.

    def transact(self, items, attachments=()):
        """Sends requests, waits for the responses, and returns them with their attachments; or raises a Failure."""
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline:
            try:
                return self._transact(items, attachments, deadline)
            except NotRead:
                pass  # Send it over another connection.
            except Failure as e:
                if e.reason != "connect" or not self.is_told:
                    raise
                time.sleep(0.05)  # The server may come back.
        raise Failure("connect", "the server closed, and did not come back in time")

    def _transact(self, items, attachments, deadline):
        large = sum(map(len, [*map(write, items), *attachments])) > LARGE
        waits = self.keep and self._server_keeps and not large and self._shared is None
        holds = waits and self._first.acquire(timeout=FIRST_ANSWER)
        try:
            shared = None if large else self._shared
            if shared is not None:
                return shared.transact(items, attachments, deadline)
            link = Link(self)
            try:
                return link.transact(items, attachments, deadline)
            finally:
                self._after_first(link, large)
        finally:
            if holds:
                self._first.release()

    def _after_first(self, link, large):
        if link.is_kept is not None:
            self._server_keeps = link.is_kept
        if link.is_kept and not large and self._shared is None:
            self._shared = link  # All other transactions use it from now on.
        else:
            link.wire.end(socket.SHUT_RDWR)

    def forget(self, link):
        if self._shared is link:
            self._shared = None

    def close(self):
        if self._shared is not None:
            self._shared.wire.end(socket.SHUT_RDWR)


class Link:
    """A connection of a client."""

    def __init__(self, client):
        self.client, self.is_kept = client, None  # None until the first response shows whether the server keeps it.
        self._lock = threading.Lock()  # Guards the next line.
        self._pending, self._takes_more = {}, True
        self._drained = False
        try:
            sock = socket.create_connection(client.address, client.timeout)
        except OSError as e:
            raise Failure("connect", str(e)) from e
        sock.settimeout(None)
        client.is_told = False
        self.wire = Wire(sock, self._on_silence, client.ping_interval)
        threading.Thread(target=self._read, daemon=True).start()

    def transact(self, items, attachments, deadline):
        tx, answer = next(self.client.tx), Future()
        ttl = max(0, int(1000 * (deadline - time.monotonic())))
        frame = pack(element("requests", {"tx": tx, "ttl": ttl} if self.client.keep else {}, children=items), attachments)
        with self._lock:
            if not self._takes_more:
                raise NotRead()
            self._pending[tx] = answer
        try:
            self.wire.send(frame)
        except OSError:
            self.wire.end()  # The reading thread decides what that means.
        try:
            responses, parts = answer.result(max(0, deadline - time.monotonic()))
        except FutureTimeout:
            raise Failure("timeout", f"no response within {self.client.timeout} s") from None
        finally:
            self._pending.pop(tx, None)
        if len(responses) != len(items):
            raise Failure("mismatch", f"{len(responses)} responses to {len(items)} requests")
        return responses, parts

    def _read(self):
        why = "the server closed the connection"
        try:
            frame = self.wire.receive()
            while frame is not None and self._take(*frame):
                frame = self.wire.receive()
        except (OSError, ValueError) as e:
            why = str(e)
        self._take_no_more()
        self._end_all(Failure("closed", why))  # Nobody knows whether they were processed.
        self.wire.sock.close()

    def _take_no_more(self):
        with self._lock:
            self._takes_more = False
        self.client.forget(self)

    def _end_all(self, failure):
        for tx in list(self._pending):
            answer = self._pending.pop(tx, None)
            if answer is not None:
                answer.set_exception(failure)

    def _take(self, root, attachments):
        """Handles a frame, and returns whether the connection continues."""
        if root.tag == "control":
            return self._take_control(root.attrib)
        tx = root.get("tx")
        if root.tag != "responses" or tx is None and (self.is_kept or len(self._pending) != 1):
            raise ValueError(f"<{root.tag}> that belongs to no request")
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
            self._end_all(NotRead())  # Requests without a response were not read.
            return False
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
