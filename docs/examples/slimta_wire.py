"""The frames of a slimta.bus socket, as docs/wire.md describes them. Python 3.9 without other packages.

Requests and responses are elements of xml.etree.ElementTree; attachments are bytes.
"""

import re
import select
import socket
import struct
import threading
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

MOST_PARTS, MOST_BYTES = 16384, 128 << 20  # The limits of this end for one frame.
NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
TEXT = {"\r": "&#xd;", "\n": "\r\n"}
VALUE = {"\r": "&#xd;", "\n": "&#xa;", "\t": "&#x9;", '"': "&quot;"}


class Failure(Exception):
    """A transaction failed, for one of the reasons in docs/wire.md; None as the outcome: what the reason implies."""

    def __init__(self, reason, text, outcome=None):
        super().__init__(f"{reason}: {text}")
        implied = "not-processed" if reason in ("connect", "overloaded", "expired") else "unknown"
        self.reason, self.text, self.outcome = reason, text, outcome or implied

    def is_certainly_not_processed(self):
        return self.outcome == "not-processed"


def element(name, attributes=None, text=None, children=()):
    """Makes an element. An empty text is written as <a></a>, None as <a/>."""
    made = ET.Element(name, {key: str(value) for key, value in (attributes or {}).items()})
    made.text = text
    made.extend(children)
    return made


def write(one, depth=0):
    """The text of an element, in the form that slimta nodes write."""
    values = "".join(f' {name}="{_escaped(value, VALUE)}"' for name, value in one.attrib.items())
    start, end = f"{' ' * depth}<{one.tag}{values}", f"</{one.tag}>\r\n"
    if len(one) or one.tag in ("requests", "responses") and one.text is None:
        inside = "".join(write(child, depth + 1) for child in one)
        return f"{start}>{_escaped(one.text or '', TEXT)}\r\n{inside}{' ' * depth}{end}"
    return f"{start}/>\r\n" if one.text is None else f"{start}>{_escaped(one.text, TEXT)}{end}"


def _escaped(text, references):
    if NOT_XML.search(text):
        raise Failure("codec", "XML cannot hold a character of this text; send it as an attachment")
    return escape(text, references)


def text_of(one):
    """The text of an element. If it begins with a line end it is indented; before children it ends with indentation."""
    text = (one.text or "") + "".join(child.tail or "" for child in one)
    return text.strip(" \t\r\n") if text.startswith("\n") else text.rstrip(" \t\r\n") if len(one) else text


def number(text, least):
    """The value of the attribute tx or ttl."""
    digits = text.strip(" \t\r\n")
    if not re.fullmatch("[0-9]+", digits) or not least <= int(digits) < 1 << 63:
        raise ValueError(f"'{text}' is not a number from {least}")
    return int(digits)


def numbers(text):
    """The value of an attribute that names transactions, at most 1,000."""
    found = [number(each, 1) for each in text.split()]
    if len(found) > 1000:
        raise ValueError(f"{len(found)} numbers are too many")
    return found


def pack(root, attachments=()):
    """The bytes of a frame."""
    parts = [write(root).encode(), *attachments]
    return struct.pack(">H", len(parts)) + b"".join(struct.pack(">I", len(part)) + part for part in parts)


def control(name, value, **more):
    """The bytes of a control frame."""
    return pack(element("control", {name: value, **more}))


class Wire:
    """A connection that carries frames. Any thread may send; one thread receives."""

    def __init__(self, sock, on_silence=None, interval=None):
        """Calls on_silence(1) when nothing has come for interval seconds, on_silence(2) after as many again, and so on."""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock, self._sending = sock, threading.Lock()
        self._on_silence, self._interval = on_silence, interval

    def send(self, frame):
        with self._sending:  # One frame after the other, whichever thread sends it.
            self.sock.sendall(frame)

    def receive(self):
        """The root and the attachments of the next frame, or None at the end. ValueError if it is not a frame."""
        first = self._read(1, or_end=True)
        if not first:
            return None
        (parts,) = struct.unpack(">H", first + self._read(1))
        received, size = [], 0
        for _ in range(parts):
            (length,) = struct.unpack(">I", self._read(4))
            size += length
            if parts > MOST_PARTS or size > MOST_BYTES:
                raise ValueError(f"a frame of {parts} parts, with {size} bytes or more, is too large")
            received.append(self._read(length))
        if not received or b"<!DOCTYPE" in received[0]:
            raise ValueError("a frame without XML, or with a document type declaration")
        try:
            return ET.fromstring(received[0]), received[1:]
        except ET.ParseError as e:
            raise ValueError(f"the XML is not well-formed: {e}") from e

    def _read(self, size, or_end=False):
        read = bytearray()
        while len(read) < size:
            silences = 0
            while self._on_silence and not select.select([self.sock], [], [], self._interval)[0]:
                silences += 1
                self._on_silence(silences)
            more = self.sock.recv(min(size - len(read), 1 << 18))
            if not more and not or_end:
                raise OSError("the connection ended in the middle of a frame")
            if not more:
                break
            read += more
        return bytes(read)

    def end(self, how=socket.SHUT_WR):
        """Ends sending; with SHUT_RDWR ends receiving too."""
        try:
            self.sock.shutdown(how)
        except OSError:
            pass  # Already closed.
