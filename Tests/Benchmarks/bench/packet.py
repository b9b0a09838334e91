"""A router that asks one PAP login at a time, or many without waiting (RFC 2865, RFC 3579 section 3.2)."""
import hashlib
import hmac
import os
import select
import socket
import struct
import time

ACCESS_REQUEST, ACCEPT, REJECT = 1, 2, 3


def attribute(kind, value):
    return bytes([kind, len(value) + 2]) + value


def login(identifier, user, password, secret):
    """An Access-Request with PAP and Message-Authenticator."""
    authenticator = os.urandom(16)
    plain = password.encode().ljust(16, b"\0")  # up to 16 bytes
    hidden = bytes(a ^ b for a, b in zip(plain, hashlib.md5(secret.encode() + authenticator).digest()))
    body = attribute(80, bytes(16)) + attribute(1, user.encode()) + attribute(2, hidden)
    body += attribute(4, bytes([127, 0, 0, 1])) + attribute(31, b"02-00-00-00-00-01") + attribute(61, bytes([0, 0, 0, 15]))
    packet = struct.pack("!BBH", ACCESS_REQUEST, identifier, 20 + len(body)) + authenticator + body
    signature = hmac.new(secret.encode(), packet, "md5").digest()
    return packet[:22] + signature + packet[38:]


class Router:
    """Asks from each of the addresses in turn, as many routers would: guessing is limited for each of them."""

    def __init__(self, port, secret, addresses=("127.0.0.1",)):
        self.secret = secret
        self.sockets = []
        for address in addresses:
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.bind((address, 0))
            made.connect(("127.0.0.1", port))
            made.setblocking(False)
            self.sockets.append(made)
        self.count = 0
        self.asked = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for made in self.sockets:
            made.close()

    def send(self, user, password):
        """Sends and does not wait; gives what `receive` will name the answer by."""
        self.count += 1
        place, identifier = self.count % len(self.sockets), self.count // len(self.sockets) % 256
        packet = login(identifier, user, password, self.secret)
        self.asked[place, identifier] = packet[4:20]
        try:
            self.sockets[place].send(packet)
        except ConnectionRefusedError:
            pass
        return place, identifier

    def receive(self, timeout):
        """(code, name, time of receipt) of the next rightly signed answer, or None when there is none in time."""
        deadline = time.monotonic() + timeout
        while True:
            ready, _, _ = select.select(self.sockets, [], [], max(0, deadline - time.monotonic()))
            if not ready:
                return None
            at = time.time()
            try:
                reply = ready[0].recv(4096)
            except (BlockingIOError, ConnectionRefusedError):
                time.sleep(0.001)
                continue
            name = self.sockets.index(ready[0]), reply[1]
            asked = self.asked.get(name)
            if asked and reply[4:20] == hashlib.md5(reply[:4] + asked + reply[20:] + self.secret.encode()).digest():
                return reply[0], name, at

    def ask(self, user, password, timeout=1.0):
        """The code of the answer to one request, or None."""
        sent = self.send(user, password)
        deadline = time.monotonic() + timeout
        while answer := self.receive(deadline - time.monotonic()):
            if answer[1] == sent:
                return answer[0]
        return None
