"""MS-CHAPv2 as a peer computes it (RFC 2759), independent of the server's code: MD4 and DES in plain Python."""
import hashlib
import struct


def md4(data):
    def rotate(value, count):
        value &= 0xFFFFFFFF
        return (value << count | value >> (32 - count)) & 0xFFFFFFFF

    message = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + struct.pack("<Q", len(data) * 8)
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    rounds = [
        (lambda x, y, z: x & y | ~x & z, 0, list(range(16)), (3, 7, 11, 19)),
        (lambda x, y, z: x & y | x & z | y & z, 0x5A827999,
         [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15], (3, 5, 9, 13)),
        (lambda x, y, z: x ^ y ^ z, 0x6ED9EBA1,
         [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15], (3, 9, 11, 15)),
    ]
    for offset in range(0, len(message), 64):
        words = struct.unpack("<16I", message[offset:offset + 64])
        a, b, c, d = state
        for mix, constant, order, shifts in rounds:
            for step, index in enumerate(order):
                a = rotate(a + mix(b, c, d) + words[index] + constant, shifts[step % 4])
                a, b, c, d = d, a, b, c
        state = [(old + new) & 0xFFFFFFFF for old, new in zip(state, (a, b, c, d))]
    return struct.pack("<4I", *state)


_IP = [58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32,
       24, 16, 8, 57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55,
       47, 39, 31, 23, 15, 7]
_FP = [_IP.index(place) + 1 for place in range(1, 65)]
_E = [(4 * (n // 6) + n % 6 - 1) % 32 + 1 for n in range(48)]
_P = [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4,
      25]
_PC1 = [57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63,
        55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4]
_PC2 = [14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55,
        30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32]
_SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]
_S = [bytes.fromhex(row) for row in (
    "0e040d01020f0b08030a060c05090007000f07040e020d010a060c0b09050308"
    "04010e080d06020b0f0c0907030a05000f0c080204090107050b030e0a00060d",
    "0f01080e060b03040907020d0c00050a030d04070f02080e0c00010a06090b05"
    "000e070b0a040d0105080c060903020f0d080a01030f04020b06070c00050e09",
    "0a00090e06030f05010d0c070b0402080d0700090304060a0208050e0c0b0f01"
    "0d060409080f03000b01020c050a0e07010a0d0006090807040f0e030b05020c",
    "070d0e030006090a010208050b0c040f0d080b05060f00030407020c010a0e09"
    "0a0609000c0b070d0f01030e05020804030f00060a010d080904050b0c07020e",
    "020c0401070a0b060805030f0d000e090e0b020c04070d0105000f0a03090806"
    "0402010b0a0d07080f090c050603000e0b080c07010e020d060f00090a040503",
    "0c010a0f09020608000d03040e07050b0a0f0402070c090506010d0e000b0308"
    "090e0f0502080c030700040a010d0b060403020c09050f0a0b0e01070600080d",
    "040b020e0f00080d030c0907050a06010d000b070409010a0e03050c020f0806"
    "01040b0d0c03070e0a0f060800050902060b0d0801040a070905000f0e02030c",
    "0d020804060f0b010a09030e05000c07010f0d080a0307040c05060b000e0902"
    "070b0401090c0e0200060a0d0f03050802010e07040a080d0f0c09000305060b",
)]


def _bits(data):
    return [byte >> 7 - n & 1 for byte in data for n in range(8)]


def des(key7, block):
    """One block under a key of 56 bits, given without parity."""
    number = int.from_bytes(key7, "big")
    key = bytes((number >> 49 - 7 * n & 0x7F) << 1 for n in range(8))
    halves = [_bits(key)[place - 1] for place in _PC1]
    left_key, right_key = halves[:28], halves[28:]
    data = [_bits(block)[place - 1] for place in _IP]
    left, right = data[:32], data[32:]
    for shift in _SHIFTS:
        left_key, right_key = left_key[shift:] + left_key[:shift], right_key[shift:] + right_key[:shift]
        both = left_key + right_key
        mixed = [right[place - 1] ^ both[_PC2[n] - 1] for n, place in enumerate(_E)]
        out = []
        for n in range(8):
            six = mixed[6 * n:6 * n + 6]
            row, column = six[0] * 2 + six[5], six[1] * 8 + six[2] * 4 + six[3] * 2 + six[4]
            out += [_S[n][row * 16 + column] >> 3 - bit & 1 for bit in range(4)]
        left, right = right, [left[n] ^ out[_P[n] - 1] for n in range(32)]
    final = right + left
    ordered = [final[place - 1] for place in _FP]
    return bytes(int("".join(map(str, ordered[n:n + 8])), 2) for n in range(0, 64, 8))


def response(password, user, authenticator, peer):
    """NT-Response and what the server must answer (`S=…`)."""
    nt_hash = md4(password.encode("utf-16-le"))
    challenge = hashlib.sha1(peer + authenticator + user.encode()).digest()[:8]
    padded = nt_hash + b"\0" * 5
    answer = b"".join(des(padded[n:n + 7], challenge) for n in (0, 7, 14))
    magic = b"Magic server to client signing constant"
    pad = b"Pad to make it do more than one iteration"
    digest = hashlib.sha1(md4(nt_hash) + answer + magic).digest()
    proof = hashlib.sha1(digest + challenge + pad).hexdigest().upper()
    return answer, "S=" + proof


def self_check():
    """RFC 2759 section 9.2."""
    answer, proof = response(
        "clientPass", "User", bytes.fromhex("5B5D7C7D7B3F2F3E3C2C602132262628"),
        bytes.fromhex("21402324255E262A28295F2B3A337C7E"))
    assert answer.hex().upper() == "82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF", answer.hex()
    assert proof == "S=407A5589115FD0D6209F510FE9C04566932CDA56", proof
