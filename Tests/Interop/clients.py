"""RADIUS clients that are not ours."""
import io
import subprocess

from pyrad.client import Client
from pyrad.dictionary import Dictionary
from pyrad.packet import AccessRequest


def radclient(house, kind, attributes, client=None, patience=3):
    """What radclient prints for one request. `client` is the address it asks from, when not the usual one."""
    port = house.auth if kind == "auth" else house.acct
    if kind == "auth":
        attributes += ", Message-Authenticator = 0x00"
    if client:
        attributes += f", Packet-Src-IP-Address = {client}"
    command = ["radclient", "-x", "-r", "1", "-t", str(patience), f"127.0.0.1:{port}", kind, house.secret]
    done = subprocess.run(command, input=attributes + "\n", capture_output=True, text=True, timeout=30)
    return done.stdout + done.stderr


def pap_login(house, user, password):
    """pyrad's reply packet to an Access-Request with Message-Authenticator."""
    names = "ATTRIBUTE User-Name 1 string\nATTRIBUTE User-Password 2 string\nATTRIBUTE Message-Authenticator 80 octets\n"
    client = Client(
        server="127.0.0.1", authport=house.auth, secret=house.secret.encode(), dict=Dictionary(io.StringIO(names)))
    client.timeout = 3
    client.retries = 1
    request = client.CreateAuthPacket(code=AccessRequest, User_Name=user)
    request["User-Password"] = request.PwCrypt(password)
    request.add_message_authenticator()
    return client.SendPacket(request)
