"""A router that asks by pyrad, an implementation of RADIUS that shares nothing with the server's."""
import hashlib
import os
import secrets
import struct

from pyrad import packet
from pyrad.client import Client, Timeout
from pyrad.dictionary import Dictionary

from . import mschap

DICTIONARY = Dictionary(os.path.join(os.path.dirname(os.path.dirname(__file__)), "dictionary"))

ACCEPT, REJECT = packet.AccessAccept, packet.AccessReject
STATUS = {"start": 1, "stop": 2, "interim": 3, "on": 7, "off": 8}


class Router:
    def __init__(self, server, address, secret, timeout=2, tries=2):
        self.address, self.secret = address, secret
        self.client = Client(
            server="::1" if ":" in address else "127.0.0.1", authport=server.auth_port, acctport=server.acct_port,
            secret=secret.encode(), dict=DICTIONARY)
        self.client.timeout, self.client.retries = timeout, tries
        # A reply to an Access-Request without Message-Authenticator is no reply (BlastRADIUS).
        self.client.enforce_ma = True
        self.client.bind((address, 0))

    def close(self):
        self.client._CloseSocket()

    def login(self, user, password, method="pap", attributes=(), signed=True):
        """The reply to an Access-Request; None when there is none. Checks that the server proves the password too."""
        request = self.client.CreateAuthPacket(message_authenticator=signed or None)
        request["User-Name"] = user
        proof = None
        if method == "pap":
            request["User-Password"] = request.PwCrypt(password)
        elif method == "chap":
            identifier, challenge = secrets.token_bytes(1), secrets.token_bytes(16)
            request["CHAP-Challenge"] = challenge
            request["CHAP-Password"] = identifier + hashlib.md5(identifier + password.encode() + challenge).digest()
        elif method == "mschapv2":
            authenticator, peer = secrets.token_bytes(16), secrets.token_bytes(16)
            answer, proof = mschap.response(password, user.rpartition("\\")[2], authenticator, peer)
            request["MS-CHAP-Challenge"] = authenticator
            request["MS-CHAP2-Response"] = b"\x07\0" + peer + b"\0" * 8 + answer
        add(request, attributes)
        reply = self.send(request)
        if reply is not None and proof and reply.code == ACCEPT:
            assert reply["MS-CHAP2-Success"][0][1:].decode() == proof, "the server's proof is wrong"
        return reply

    def account(self, status, attributes=()):
        """Whether an Accounting-Request was answered."""
        request = self.client.CreateAcctPacket()
        request["Acct-Status-Type"] = STATUS[status]
        add(request, attributes)
        return self.send(request) is not None

    def send(self, request):
        try:
            return self.client.SendPacket(request)
        except Timeout:
            return None


def add(request, attributes):
    """Attributes as (name, value), in order. Values are text, numbers, or bytes as they go on the wire."""
    for name, value in attributes:
        if isinstance(value, bytes):
            request.setdefault(request._EncodeKey(name), []).append(value)
        else:
            request.AddAttribute(name, value)


def counters(octets_in, octets_out):
    """Octets with gigawords (RFC 2869)."""
    return [("Acct-Input-Octets", octets_in & 0xFFFFFFFF), ("Acct-Input-Gigawords", octets_in >> 32),
            ("Acct-Output-Octets", octets_out & 0xFFFFFFFF), ("Acct-Output-Gigawords", octets_out >> 32)]


def queue_counter(queue, octets):
    """Nokia's 10 bytes: two of queue, eight of octets."""
    return struct.pack(">HQ", queue, octets)
