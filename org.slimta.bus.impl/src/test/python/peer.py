"""Runs the ends of docs/examples as a test tells it. See PythonClientTest and PythonServerTest."""

import socket
import sys
import threading
from collections import Counter
import slimta_client
import slimta_server
from slimta_client import Client
from slimta_server import Server
from slimta_wire import Failure, Wire, control, element, pack, text_of

REASONS = ("connect", "timeout", "closed", "malformed", "no-codec", "codec", "too-large", "overloaded", "expired", "handler",
           "mismatch")


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def wait(condition):
    assert condition.wait(60), "it has not come to that"


# The server


class Handling:
    """Echoes what it gets, or does what a text says."""

    def __init__(self):
        self.seen, self.go_on, self.lock, self.pongs = Counter(), threading.Event(), threading.Lock(), threading.Semaphore(0)

    def __call__(self, requests, attachments):
        for text in filter(None, map(text_of, requests)):
            with self.lock:
                self.seen[text] += 1
            if text.startswith("fail "):
                raise Failure(text[5:], "as <you> wish\0")
            if text == "raise":
                raise KeyError("of the handler")
            if text == "too few":
                return [], []
            if text == "wait":
                say("waiting")
                wait(self.go_on)
            if text == "until pinged":
                for _ in range(3):
                    assert self.pongs.acquire(timeout=60)
        return requests, attachments


def serve(most_in_hand):
    handling, plain = Handling(), slimta_server.control

    def counting(name, value):
        if name == "pong":
            handling.pongs.release()
        return plain(name, value)

    slimta_server.control = counting
    server = Server(handling, most_in_hand=most_in_hand)
    say(f"port {server.port}")
    for command in map(str.strip, sys.stdin):
        if command == "go":
            handling.go_on.set()
        elif command == "close":
            threading.Thread(target=lambda closing: (closing.close(), say("closed")), args=(server,)).start()
        elif command == "open":
            server = Server(handling, port=server.port, most_in_hand=most_in_hand)
            say("opened")
        elif command == "hold":
            server.lock.acquire()  # It accepts one more connection at most.
            say("held")
        elif command == "release":
            server.lock.release()
        elif command == "count":
            say(f"seen {sum(handling.seen.values())} different {len(handling.seen)}")


# The client


def text(value):
    return element("text", text=value)


def failure(call):
    try:
        call()
    except Failure as e:
        return e
    raise AssertionError("it did not fail")


def in_threads(number, work):
    failures = []

    def run(index):
        try:
            work(index)
        except BaseException as e:
            failures.append(e)

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
        assert not thread.is_alive(), "it has not ended"
    if failures:
        raise failures[0]


def texts(port, kind):
    """Against a server that echoes texts."""
    client = Client("127.0.0.1", port, keep=kind == "kept")
    for values in (["a"], ["<&]]>\"'", "", " two\nlines\r\t", "\u00fc\u6f22\U0001f600"], []):
        responses, attachments = client.transact(list(map(text, values)))
        assert ([each.text or "" for each in responses], attachments) == (values, []), responses

    def send(thread):
        for index in range(100):
            value = f"{thread} {index}"
            assert text_of(client.transact([text(value)])[0][0]) == value

    in_threads(8, send)
    for reason in REASONS:
        found = failure(lambda: client.transact([text(f"fail {reason}")]))
        assert found.reason == (reason if kind == "kept" else "closed"), found
        assert not found.is_certainly_not_processed(), found  # The program of the server has got it.
    client.close()


def attachments(port, kind):
    """Against a server that echoes attachments."""
    client = Client("127.0.0.1", port, keep=kind == "kept")
    large = bytes(range(256)) * 4096

    def send(thread):
        for contents in ([b""], [large], [b"", large, b"x", b""], [b"y"] * 20):
            requests = [element("bytes", {"part": part}) for part in range(len(contents), 0, -1)]
            responses, parts = client.transact(requests, contents)
            assert [parts[int(each.get("part")) - 1] for each in responses] == contents[::-1]

    in_threads(4, send)
    client.close()


def raw(port, _):
    """Against a server that echoes texts, frame by frame."""
    wire = Wire(socket.create_connection(("127.0.0.1", port), 60))

    def requests(attributes, value):
        return pack(element("requests", attributes, children=[text(value)]))

    def answer():
        root, _ = wire.receive()
        return root.tag, dict(root.attrib), [each.text for each in root]

    wire.send(requests({"tx": 1}, "first"))
    assert answer() == ("responses", {"tx": "1"}, ["first"])
    wire.send(control("unknown", "x") + control("ping", "<1>") + control("drain", "true") + control("ping", "2"))
    assert answer() == ("control", {"pong": "<1>"}, []) and answer() == ("control", {"pong": "2"}, [])
    wire.send(requests({"tx": 2, "ttl": 0}, "late"))
    tag, attributes, items = answer()
    assert (attributes["tx"], attributes["error"], items) == ("2", "expired", []), attributes
    wire.send(requests({"tx": 9223372036854775807, "ttl": 60000, "new": "x"}, "largest"))
    assert answer() == ("responses", {"tx": "9223372036854775807"}, ["largest"])
    wire.send(requests({"tx": 3}, "same") + requests({"tx": 3}, "same"))
    assert [answer(), answer()] == 2 * [("responses", {"tx": "3"}, ["same"])]
    wire.send(requests({}, "last") + requests({"tx": 4}, "ignored"))
    assert answer() == ("responses", {}, ["last"])
    assert wire.receive() is None
    wire.sock.close()


def pings(port, _):
    """A server that takes its time answers pings meanwhile. Told each time that it does."""
    plain = slimta_client.Link._take_control

    def telling(link, said):
        if "pong" in said:
            say("pong")
        return plain(link, said)

    slimta_client.Link._take_control = telling
    client = Client("127.0.0.1", port, ping_interval=0.1)
    client.transact([text("first")])
    assert text_of(client.transact([text("slow")])[0][0]) == "slow"
    client.close()


def drained(port, number):
    """Each transaction is answered, however often the server is closed and opened."""
    client = Client("127.0.0.1", port)

    def send(thread):
        for index in range(int(number)):
            value = f"{thread} {index}"
            assert text_of(client.transact([text(value)])[0][0]) == value

    in_threads(4, send)
    client.close()


def silent(port, _):
    """A server that answers nothing any more, pings neither, is given up."""
    client = Client("127.0.0.1", port, ping_interval=0.1)
    client.transact([text("first")])
    found = failure(lambda: client.transact([text("lost")]))
    assert found.reason == "closed" and "silent" in found.text, found


def asks(port, _):
    """What is unknown is sent again; what another server had has failed."""
    client = Client("127.0.0.1", port)
    for value in "first", "again", "drained":
        assert text_of(client.transact([text(value)])[0][0]) == value
    found = failure(lambda: client.transact([text("lost")]))
    assert found.reason == "closed" and "another server" in found.text, found


# Both


class Relay:
    """Passes on what a client and a server send. When it cuts, the client notices at once; the server gets the rest late."""

    def __init__(self, port):
        self._port, self._listener = port, socket.create_server(("127.0.0.1", 0))
        self.port, self._lock, self._links = self._listener.getsockname()[1], threading.Lock(), set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, server = self._listener.accept()[0], socket.create_connection(("127.0.0.1", self._port))
            with self._lock:
                self._links.add(client)
            for source, target, is_up in (client, server, True), (server, client, False):
                threading.Thread(target=self._pass_on, args=(source, target, client, is_up), daemon=True).start()

    def _pass_on(self, source, target, client, is_up):
        held = threading.Event()  # Never set: it only bounds how long the bytes are held up.
        try:
            while True:
                read = source.recv(1 << 16)
                if is_up and client not in self._links:
                    held.wait(0.02)
                if not read:
                    break
                target.sendall(read)
        except OSError:
            pass
        with self._lock:
            self._links.discard(client)
        for sock in (source, target) if not is_up else (target,):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        """Closes the clients' sides of all connections, and returns how many there were."""
        with self._lock:
            links = list(self._links)
            self._links.clear()
        for client in links:
            client.shutdown(socket.SHUT_WR)
        return len(links)


def cut(_, number):
    """Connections are cut all the time. Each transaction is answered, and none is handled twice."""
    handling = Handling()
    server = Server(handling)
    relay = Relay(server.port)
    client = Client("127.0.0.1", relay.port)
    client.transact([text("first")])
    ended = threading.Event()

    def send(thread):
        for index in range(int(number)):
            value = f"{thread} {index}"
            assert text_of(client.transact([text(value)])[0][0]) == value

    cuts = []

    def cut_all():
        while not ended.wait(0.01):
            cuts.append(relay.cut())

    cutting = threading.Thread(target=cut_all)
    cutting.start()
    try:
        in_threads(8, send)
    finally:
        ended.set()
        cutting.join()
    client.close()
    say(f"cuts {sum(cuts)}")
    say(f"seen {sum(handling.seen.values())} different {len(handling.seen)}")


# Recordings


def rewrite(files):
    """Reads frames, and writes them again."""
    for name in files:
        with open(name, "rb") as file:
            recorded = file.read()

        class Recording:
            at = 0

            def setsockopt(self, *_):
                pass

            def recv(self, size):
                self.at += size
                return recorded[self.at - size:self.at]

        root, parts = Wire(Recording()).receive()
        without_indentation(root)
        assert pack(root, parts) == recorded, name
    say(f"same {len(files)}")


def without_indentation(one, depth=0):
    """An element without attributes and children has a text, though it may be empty; so much is known of these documents."""
    value = text_of(one)
    one.text = value if value or depth > 0 and not len(one) and not one.attrib else None
    for child in one:
        child.tail = None
        without_indentation(child, depth + 1)


if __name__ == "__main__":
    assert sys.version_info >= (3, 9), f"this is Python {sys.version}; it must be 3.9 or later"
    command, *arguments = sys.argv[1:]
    if command == "serve":
        serve(int(arguments[0]))
    elif command == "rewrite":
        rewrite(arguments)
    else:
        globals()[command](int(arguments[0]), arguments[1])
        say("done")
