"""Makes valid payment addresses of every form from random keys, changes one character of each in every way, and says of every
string, by a reading of its own, whether it is valid. Nothing here is shared with the program: it is its referee.

    python payment.py CHANGED [SEED] > lines

One line a string: asset, form, network, what it is (made, changed), "1" or "0" for valid, words before it, the string; parted
by tabs. CHANGED is how many changed strings are made in all. Takes pycryptodome for Keccak, RIPEMD-160 and SHA-512/256.
"""

import base64
import binascii
import hashlib
import random
import sys

from Crypto.Hash import RIPEMD160, SHA512, keccak

B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
B32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
BECH = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
HEX = "0123456789abcdefABCDEF"
B64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

rnd = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 7)

# ---------------------------------------------------------------- hashes


def sha(b):
    return hashlib.sha256(b).digest()


def sha2(b):
    return sha(sha(b))


def hash160(b):
    return RIPEMD160.new(sha(b)).digest()


def keccak256(b):
    return keccak.new(digest_bits=256, data=b).digest()


def crc16(b):
    return binascii.crc_hqx(b, 0)


# ---------------------------------------------------------------- curves: public keys from random secrets

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def secp_add(a, b):
    if a is None:
        return b
    if b is None:
        return a
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def secp_public():
    k, point, out = rnd.randrange(1, N), G, None
    while k:
        if k & 1:
            out = secp_add(out, point)
        point = secp_add(point, point)
        k >>= 1
    return out


def compressed():
    x, y = secp_public()
    return bytes([2 + (y & 1)]) + x.to_bytes(32, "big")


Q = 2**255 - 19
D = -121665 * pow(121666, -1, Q) % Q


def ed_add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % Q
    return (x1 * y2 + x2 * y1) * pow(1 + k, -1, Q) % Q, (y1 * y2 + x1 * x2) * pow(1 - k, -1, Q) % Q


def ed_base():
    y = 4 * pow(5, -1, Q) % Q
    xx = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(xx, (Q + 3) // 8, Q)
    if (x * x - xx) % Q:
        x = x * pow(2, (Q - 1) // 4, Q) % Q
    return (Q - x if x & 1 else x), y


ED_BASE = ed_base()


def ed_public():
    k, point, out = rnd.randrange(1, 2**252), ED_BASE, (0, 1)
    while k:
        if k & 1:
            out = ed_add(out, point)
        point = ed_add(point, point)
        k >>= 1
    return (out[1] | (out[0] & 1) << 255).to_bytes(32, "little")


# ---------------------------------------------------------------- encodings


def b58(b, alphabet=B58):
    n, out = int.from_bytes(b, "big"), ""
    while n:
        n, r = divmod(n, 58)
        out = alphabet[r] + out
    return alphabet[0] * (len(b) - len(b.lstrip(b"\0"))) + out


B58_VALUES = {alphabet: {c: i for i, c in enumerate(alphabet)} for alphabet in (B58, RIPPLE)}


def unb58(s, alphabet=B58):
    values, n = B58_VALUES[alphabet], 0
    for c in s:
        v = values.get(c)
        if v is None:
            return None
        n = n * 58 + v
    zeros = len(s) - len(s.lstrip(alphabet[0]))
    return bytes(zeros) + n.to_bytes((n.bit_length() + 7) // 8, "big")


def b58check(b, alphabet=B58):
    return b58(b + sha2(b)[:4], alphabet)


def unb58check(s, alphabet=B58):
    b = unb58(s, alphabet)
    return b[:-4] if b and len(b) > 4 and sha2(b[:-4])[:4] == b[-4:] else None


GEN = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
TOPS = []
for top in range(32):
    x = 0
    for i in range(5):
        if top >> i & 1:
            x ^= GEN[i]
    TOPS.append(x)
BECH_VALUES = {c: i for i, c in enumerate(BECH)}


def polymod(values):
    chk = 1
    for v in values:
        chk = (chk & 0x1FFFFFF) << 5 ^ v ^ TOPS[chk >> 25]
    return chk


def expand(hrp):
    return [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]


def regroup(values, of, to, pad):
    acc = bits = 0
    out = []
    for v in values:
        acc = acc << of | v
        bits += of
        while bits >= to:
            bits -= to
            out.append(acc >> bits & (1 << to) - 1)
        acc &= (1 << bits) - 1
    if pad:
        if bits:
            out.append(acc << to - bits & (1 << to) - 1)
    elif bits >= of or acc:
        return None
    return out


def bech(hrp, values, const=1):
    chk = polymod(expand(hrp) + values + [0] * 6) ^ const
    return hrp + "1" + "".join(BECH[v] for v in values + [chk >> 5 * (5 - i) & 31 for i in range(6)])


def unbech(s, const=1):
    """Prefix and groups, or None."""
    if s.lower() != s and s.upper() != s:
        return None
    s = s.lower()
    hrp, one, data = s.rpartition("1")
    values = [BECH_VALUES.get(c) for c in data]
    if not one or not hrp or len(values) < 6 or None in values or polymod(expand(hrp) + values) != const:
        return None
    return hrp, values[:-6]


def unbech_bytes(s, const=1):
    read = unbech(s, const)
    if not read:
        return None
    b = regroup(read[1], 5, 8, False)
    return None if b is None else (read[0], bytes(b))


M = 0x2BC830A3

# ---------------------------------------------------------------- makers and judges of each kind of encoding


def base58check_form(prefix, payload):
    def make():
        return b58check(prefix + payload())

    def judge(s):
        b = unb58check(s)
        return b is not None and len(b) == len(prefix) + 20 and b.startswith(prefix)

    return make, judge, B58


def pubkey_hash():
    return hash160(compressed())


def script_hash():
    return hash160(b"\0\x14" + hash160(compressed()))


SEGWIT = {"p2wpkh": (0, 20), "p2wsh": (0, 32), "p2tr": (1, 32)}


def segwit(hrp, form):
    version, size = SEGWIT[form]

    def make():
        program = {"p2wpkh": pubkey_hash, "p2wsh": lambda: sha(compressed() + b"\xac"), "p2tr": lambda: compressed()[1:]}[form]()
        return bech(hrp, [version] + regroup(program, 8, 5, True), M if version else 1)

    def judge(s):
        read = unbech(s, M if version else 1)
        if not read or read[0] != hrp or not read[1] or read[1][0] != version or len(s) > 90:
            return False
        program = regroup(read[1][1:], 5, 8, False)
        return program is not None and len(program) == size

    return make, judge, BECH


def segwit_future(hrp):
    def make():
        return bech(hrp, [rnd.randrange(2, 17)] + regroup(rnd.randbytes(rnd.randrange(2, 41)), 8, 5, True), M)

    def judge(s):
        read = unbech(s, M)
        if not read or read[0] != hrp or not read[1] or not 1 <= read[1][0] <= 16 or len(s) > 90:
            return False
        program = regroup(read[1][1:], 5, 8, False)
        return program is not None and 2 <= len(program) <= 40

    return make, judge, BECH


def bech_form(hrp, sizes, maker, const=1):
    def make():
        return bech(hrp, regroup(maker(), 8, 5, True), const)

    def judge(s):
        read = unbech_bytes(s, const)
        return bool(read) and read[0] == hrp and len(read[1]) in sizes

    return make, judge, BECH


def mweb():
    def make():
        return bech("ltcmweb", [0] + regroup(compressed() + compressed(), 8, 5, True))

    def judge(s):
        read = unbech(s)
        if not read or read[0] != "ltcmweb" or not read[1] or read[1][0] != 0:
            return False
        b = regroup(read[1][1:], 5, 8, False)
        return b is not None and len(b) == 66 and b[0] in (2, 3) and b[33] in (2, 3)

    return make, judge, BECH


CASH = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)


def cash_polymod(values):
    c = 1
    for v in values:
        top, c = c >> 35, (c & 0x07FFFFFFFF) << 5 ^ v
        for i in range(5):
            if top >> i & 1:
                c ^= CASH[i]
    return c ^ 1


def cashaddr(prefix, written):
    head = [ord(c) & 31 for c in prefix] + [0]

    def make():
        values = regroup(bytes([rnd.choice((0, 8))]) + pubkey_hash(), 8, 5, True)
        chk = cash_polymod(head + values + [0] * 8)
        bare = "".join(BECH[v] for v in values + [chk >> 5 * (7 - i) & 31 for i in range(8)])
        return f"{prefix}:{bare}" if written else bare

    def judge(s):
        if written:
            word, colon, s = s.partition(":")
            if not colon or word.lower() != prefix:
                return False
        if s.lower() != s and s.upper() != s:
            return False
        values = [BECH_VALUES.get(c) for c in s.lower()]
        if None in values or len(values) < 9 or cash_polymod(head + values):
            return False
        b = regroup(values[:-8], 5, 8, False)
        sizes = (20, 24, 28, 32, 40, 48, 56, 64)
        return b is not None and not b[0] & 0x80 and b[0] >> 3 <= 3 and len(b) - 1 == sizes[b[0] & 7]

    return make, judge, BECH


def eip55_digits(digits):
    h = keccak256(digits.lower().encode()).hex()
    return "".join(c.upper() if h[i] >= "8" else c for i, c in enumerate(digits.lower()))


def eth(form):
    def make():
        x, y = secp_public()
        digits = keccak256(x.to_bytes(32, "big") + y.to_bytes(32, "big"))[-20:].hex()
        return "0x" + {"eip55": eip55_digits, "lower_case": str.lower, "upper_case": str.upper}[form](digits)

    def judge(s):
        digits = s[2:]
        if s[:2] not in ("0x", "0X") or len(digits) != 40 or any(c not in HEX for c in digits):
            return False
        return digits.lower() == digits or digits.upper() == digits or digits == eip55_digits(digits)

    return make, judge, HEX


BLOCKS = {11: 8, 7: 5}


def monero_b58(b):
    out = ""
    for i in range(0, len(b), 8):
        block = b[i : i + 8]
        out += b58(block).lstrip("1").rjust({8: 11, 5: 7}[len(block)], "1")
    return out


def unmonero_b58(s):
    values, out = B58_VALUES[B58], b""
    for i in range(0, len(s), 11):
        block = s[i : i + 11]
        size, n = BLOCKS.get(len(block)), 0
        if size is None:
            return None
        for c in block:
            v = values.get(c)
            if v is None:
                return None
            n = n * 58 + v
        if n >> 8 * size:
            return None
        out += n.to_bytes(size, "big")
    return out


def monero(tag, extra):
    def make():
        b = bytes([tag]) + ed_public() + ed_public() + rnd.randbytes(extra)
        return monero_b58(b + keccak256(b)[:4])

    def judge(s):
        b = unmonero_b58(s)
        return b is not None and len(b) == 69 + extra and b[0] == tag and keccak256(b[:-4])[:4] == b[-4:]

    return make, judge, B58


def classic():
    def make():
        return b58check(b"\0" + pubkey_hash(), RIPPLE)

    def judge(s):
        b = unb58check(s, RIPPLE)
        return b is not None and len(b) == 21 and b[0] == 0

    return make, judge, B58


def x_address(prefix):
    def make():
        tagged = rnd.random() < 0.5
        tag = rnd.randbytes(4) if tagged else bytes(4)
        return b58check(prefix + pubkey_hash() + bytes([tagged]) + tag + bytes(4), RIPPLE)

    def judge(s):
        b = unb58check(s, RIPPLE)
        return b is not None and len(b) == 31 and b.startswith(prefix) and b[22] <= 1 and not any(b[27:])

    return make, judge, B58


def unb32(s):
    if any(c not in B32 for c in s) or len(s) % 8 in (1, 3, 6):
        return None
    n = 0
    for c in s:
        n = n << 5 | B32.index(c)
    spare = len(s) * 5 % 8
    if n & (1 << spare) - 1:
        return None
    return (n >> spare).to_bytes(len(s) * 5 // 8, "big")


def b32(b):
    return base64.b32encode(b).decode().rstrip("=")


def stellar(version, extra):
    def make():
        b = bytes([version]) + ed_public() + rnd.randbytes(extra)
        return b32(b + crc16(b).to_bytes(2, "little"))

    def judge(s):
        b = unb32(s)
        return b is not None and len(b) == 35 + extra and b[0] == version and crc16(b[:-2]).to_bytes(2, "little") == b[-2:]

    return make, judge, B32


def algorand():
    def make():
        key = ed_public()
        return b32(key + SHA512.new(key, truncate="256").digest()[-4:])

    def judge(s):
        b = unb32(s)
        return b is not None and len(b) == 36 and SHA512.new(b[:32], truncate="256").digest()[-4:] == b[32:]

    return make, judge, B32


def solana():
    def make():
        return b58(ed_public())

    def judge(s):
        b = unb58(s)
        return b is not None and len(b) == 32

    return make, judge, B58


def blake224(b):
    return hashlib.blake2b(b, digest_size=28).digest()


def shelley(hrp, network):
    stake = hrp.startswith("stake")

    def make():
        part = lambda: blake224(ed_public())
        kind = rnd.choice((14, 15) if stake else (0, 1, 2, 3, 4, 5, 6, 7))
        body = part()
        if kind < 4:
            body += part()
        elif kind < 6:
            for _ in range(3):
                n, seven = rnd.randrange(1, 1 << rnd.randrange(1, 28)), []
                while n or not seven:
                    seven.insert(0, n & 127 | (128 if seven else 0))
                    n >>= 7
                body += bytes(seven)
        return bech(hrp, regroup(bytes([kind << 4 | network]) + body, 8, 5, True))

    def judge(s):
        read = unbech_bytes(s)
        if not read or read[0] != hrp or not read[1] or read[1][0] & 15 != network:
            return False
        kind, body = read[1][0] >> 4, read[1][1:]
        if stake:
            return kind in (14, 15) and len(body) == 28
        if kind < 4:
            return len(body) == 56
        if kind in (6, 7):
            return len(body) == 28
        ends = [b < 128 for b in body[28:]]
        return kind in (4, 5) and sum(ends) == 3 and bool(ends) and ends[-1] and len(ends) <= 30

    return make, judge, BECH


def cbor_head(kind, n):
    if n < 24:
        return bytes([kind << 5 | n])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if n < 1 << 8 * size:
            return bytes([kind << 5 | code]) + n.to_bytes(size, "big")


def cbor_bytes(b):
    return cbor_head(2, len(b)) + b


def uncbor(b, at):
    """The item at a place as (kind, value, next place); arrays and maps give their length only."""
    kind, code = b[at] >> 5, b[at] & 31
    at += 1
    if code < 24:
        n = code
    elif code <= 27:
        size = 1 << code - 24
        n = int.from_bytes(b[at : at + size], "big")
        if len(b) < at + size or n < (24 if size == 1 else 1 << 4 * size):
            raise ValueError
        at += size
    else:
        raise ValueError
    if kind == 2:
        if len(b) < at + n:
            raise ValueError
        return kind, b[at : at + n], at + n
    return kind, n, at


def byron(network):
    def make():
        root = blake224(hashlib.sha3_256(ed_public() + rnd.randbytes(32)).digest())
        attributes = []
        if rnd.random() < 0.5:
            attributes.append(cbor_head(0, 1) + cbor_bytes(cbor_bytes(rnd.randbytes(28))))
        if network == "testnet":
            attributes.append(cbor_head(0, 2) + cbor_bytes(cbor_head(0, 1097911063)))
        payload = cbor_head(4, 3) + cbor_bytes(root) + cbor_head(5, len(attributes)) + b"".join(attributes) + cbor_head(0, 0)
        return b58(cbor_head(4, 2) + cbor_head(6, 24) + cbor_bytes(payload) + cbor_head(0, binascii.crc32(payload)))

    def judge(s):
        b = unb58(s)
        try:
            kind, n, at = uncbor(b, 0)
            assert (kind, n) == (4, 2)
            kind, n, at = uncbor(b, at)
            assert (kind, n) == (6, 24)
            kind, payload, at = uncbor(b, at)
            assert kind == 2
            kind, crc, at = uncbor(b, at)
            assert kind == 0 and at == len(b) and crc == binascii.crc32(payload)
            kind, n, at = uncbor(payload, 0)
            assert (kind, n) == (4, 3)
            kind, root, at = uncbor(payload, at)
            assert kind == 2 and len(root) == 28
            kind, n, at = uncbor(payload, at)
            assert kind == 5
            testnet = False
            for _ in range(n):
                kind, key, at = uncbor(payload, at)
                assert kind == 0 and key in (1, 2)
                kind, _, at = uncbor(payload, at)
                assert kind == 2
                testnet |= key == 2
            kind, n, at = uncbor(payload, at)
            assert kind == 0 and n in (0, 2) and at == len(payload)
            return testnet == (network == "testnet")
        except (AssertionError, IndexError, ValueError, TypeError):
            return False

    return make, judge, B58


def ss58(prefix):
    def sum_of(body):
        return hashlib.blake2b(b"SS58PRE" + body).digest()[:2]

    def make():
        body = bytes([prefix]) + ed_public()
        return b58(body + sum_of(body))

    def judge(s):
        b = unb58(s)
        return b is not None and len(b) == 35 and b[0] == prefix and sum_of(b[:33]) == b[33:]

    return make, judge, B58


def ton(flags):
    def make():
        b = bytes([rnd.choice(flags), rnd.choice((0, 0, 255))]) + sha(ed_public())
        s = base64.urlsafe_b64encode(b + crc16(b).to_bytes(2, "big")).decode()
        return s if rnd.random() < 0.5 else s.replace("-", "+").replace("_", "/")

    def judge(s):
        if len(s) != 48 or any(c not in B64 and c not in "+/" for c in s) or set(s) & set("-_") and set(s) & set("+/"):
            return False
        b = base64.urlsafe_b64decode(s.replace("+", "-").replace("/", "_"))
        return b[0] in flags and b[1] in (0, 255) and crc16(b[:34]) == int.from_bytes(b[34:], "big")

    return make, judge, B64


def ton_raw():
    def make():
        return rnd.choice(("0:", "0:", "-1:")) + sha(ed_public()).hex()

    def judge(s):
        chain, _, digits = s.partition(":")
        return chain in ("0", "-1") and len(digits) == 64 and all(c in HEX for c in digits)

    return make, judge, HEX


def hex_key():
    def make():
        return rnd.randbytes(32).hex()

    def judge(s):
        return len(s) == 64 and all(c in HEX for c in s)

    return make, judge, HEX


def extended(version):
    def make():
        depth = rnd.randrange(0, 6)
        return b58check(version + bytes([depth]) + rnd.randbytes(8) + rnd.randbytes(32) + compressed())

    def judge(s):
        b = unb58check(s)
        return b is not None and len(b) == 78 and b[:4] == version and b[45] in (2, 3)

    return make, judge, B58


def f4_round(left, right, inverse):
    def g(i, u, size):
        out = b""
        for j in range((size + 63) // 64):
            out += hashlib.blake2b(u, person=b"UA_F4Jumble_G" + bytes([i]) + j.to_bytes(2, "little")).digest()
        return out[:size]

    def h(i, u, size):
        return hashlib.blake2b(u, digest_size=size, person=b"UA_F4Jumble_H" + bytes([i, 0, 0])).digest()

    xor = lambda a, b: bytes(x ^ y for x, y in zip(a, b))
    if inverse:
        left = xor(left, h(1, right, len(left)))
        right = xor(right, g(1, left, len(right)))
        left = xor(left, h(0, right, len(left)))
        right = xor(right, g(0, left, len(right)))
    else:
        right = xor(right, g(0, left, len(right)))
        left = xor(left, h(0, right, len(left)))
        right = xor(right, g(1, left, len(right)))
        left = xor(left, h(1, right, len(left)))
    return left + right


def jumble(b, inverse):
    cut = min(64, len(b) // 2)
    return f4_round(b[:cut], b[cut:], inverse)


def unified(hrp):
    padding = hrp.encode().ljust(16, b"\0")

    def make():
        kinds = sorted({rnd.choice((2, 3))} | ({rnd.choice((0, 1))} if rnd.random() < 0.5 else set()) | ({2, 3} if rnd.random() < 0.3 else set()))
        items = b"".join(bytes([k, 20 if k < 2 else 43]) + rnd.randbytes(20 if k < 2 else 43) for k in kinds)
        return bech(hrp, regroup(jumble(items + padding, False), 8, 5, True), M)

    def judge(s):
        read = unbech_bytes(s, M)
        if not read or read[0] != hrp or len(read[1]) < 48:
            return False
        b = jumble(read[1], True)
        if b[-16:] != padding:
            return False
        b, kinds = b[:-16], []
        while b:
            if len(b) < 2 or b[0] > 252 or b[1] > 252 or len(b) < 2 + b[1] or len(b) > 252:
                return False
            if b[0] < 4 and b[1] != (20 if b[0] < 2 else 43):
                return False
            kinds.append(b[0])
            b = b[2 + b[1] :]
        return kinds == sorted(set(kinds)) and not {0, 1} <= set(kinds) and any(k > 1 for k in kinds)

    return make, judge, BECH


def invoice(prefix):
    def groups(n, size):
        return [n >> 5 * (size - 1 - i) & 31 for i in range(size)]

    def field(letter, values):
        return [BECH_VALUES[letter], len(values) >> 5, len(values) & 31] + values

    def make():
        amount = rnd.choice(("", "25m", "2500u", "1500n", "967878530p", "1"))
        values = groups(1_500_000_000 + rnd.randrange(10**8), 7)
        values += field("p", regroup(rnd.randbytes(32), 8, 5, True))
        values += field("s", regroup(rnd.randbytes(32), 8, 5, True))
        values += field("d", regroup(b"order %d" % rnd.randrange(10**6), 8, 5, True))
        if rnd.random() < 0.5:
            values += field("x", groups(rnd.randrange(1, 86400), 4))
        return bech(prefix + amount, values + regroup(rnd.randbytes(65), 8, 5, True))

    def judge(s):
        read = unbech(s)
        if not read or len(read[1]) < 111:
            return False
        hrp, values = read
        if not hrp.startswith(prefix) or hrp.startswith("lnbcrt") or hrp.startswith("lntbs"):
            return False
        amount = hrp[len(prefix) :]
        unit = amount[-1:] if amount[-1:] in tuple("munp") else ""
        digits = amount[: len(amount) - len(unit)]
        if amount and (not digits.isdigit() or not digits.isascii() or digits[0] == "0" or unit == "p" and digits[-1] != "0"):
            return False
        fields = values[7:-104]
        while len(fields) >= 3:
            size = fields[1] * 32 + fields[2]
            if len(fields) < 3 + size:
                return False
            fields = fields[3 + size :]
        return not fields

    return make, judge, BECH


# ---------------------------------------------------------------- all forms

B = base58check_form
FORMS = [
    ("BTC", "p2pkh", "mainnet", B(b"\x00", pubkey_hash)),
    ("BTC", "p2sh", "mainnet", B(b"\x05", script_hash)),
    ("BTC", "p2pkh", "testnet", B(b"\x6f", pubkey_hash)),
    ("BTC", "p2sh", "testnet", B(b"\xc4", script_hash)),
    ("BTC", "p2wpkh", "mainnet", segwit("bc", "p2wpkh")),
    ("BTC", "p2wsh", "mainnet", segwit("bc", "p2wsh")),
    ("BTC", "p2tr", "mainnet", segwit("bc", "p2tr")),
    ("BTC", "p2wpkh", "testnet", segwit("tb", "p2wpkh")),
    ("BTC", "p2wpkh", "regtest", segwit("bcrt", "p2wpkh")),
    ("BTC", "segwit_future", "mainnet", segwit_future("bc")),
    ("BTC", "bolt11", "mainnet", invoice("lnbc")),
    ("BTC", "bolt11", "testnet", invoice("lntb")),
    ("BTC", "xpub", "mainnet", extended(bytes.fromhex("0488b21e"))),
    ("BTC", "ypub", "mainnet", extended(bytes.fromhex("049d7cb2"))),
    ("BTC", "Ypub", "mainnet", extended(bytes.fromhex("0295b43f"))),
    ("BTC", "zpub", "mainnet", extended(bytes.fromhex("04b24746"))),
    ("BTC", "Zpub", "mainnet", extended(bytes.fromhex("02aa7ed3"))),
    ("BTC", "tpub", "testnet", extended(bytes.fromhex("043587cf"))),
    ("BTC", "upub", "testnet", extended(bytes.fromhex("044a5262"))),
    ("BTC", "vpub", "testnet", extended(bytes.fromhex("045f1cf6"))),
    ("LTC", "p2pkh", "mainnet", B(b"\x30", pubkey_hash)),
    ("LTC", "p2sh", "mainnet", B(b"\x32", script_hash)),
    ("LTC", "p2wpkh", "mainnet", segwit("ltc", "p2wpkh")),
    ("LTC", "p2wsh", "mainnet", segwit("ltc", "p2wsh")),
    ("LTC", "p2tr", "mainnet", segwit("ltc", "p2tr")),
    ("LTC", "segwit_future", "mainnet", segwit_future("ltc")),
    ("LTC", "mweb", "mainnet", mweb()),
    ("LTC", "Ltub", "mainnet", extended(bytes.fromhex("019da462"))),
    ("LTC", "Mtub", "mainnet", extended(bytes.fromhex("01b26ef6"))),
    ("BCH", "cashaddr", "mainnet", cashaddr("bitcoincash", True)),
    ("BCH", "cashaddr_bare", "mainnet", cashaddr("bitcoincash", False)),
    ("BCH", "cashaddr", "testnet", cashaddr("bchtest", True)),
    ("DOGE", "p2pkh", "mainnet", B(b"\x1e", pubkey_hash)),
    ("DOGE", "p2sh", "mainnet", B(b"\x16", script_hash)),
    ("DASH", "p2pkh", "mainnet", B(b"\x4c", pubkey_hash)),
    ("DASH", "p2sh", "mainnet", B(b"\x10", script_hash)),
    ("ZEC", "transparent_p2pkh", "mainnet", B(b"\x1c\xb8", pubkey_hash)),
    ("ZEC", "transparent_p2sh", "mainnet", B(b"\x1c\xbd", script_hash)),
    ("ZEC", "sapling", "mainnet", bech_form("zs", (43,), lambda: rnd.randbytes(43))),
    ("ZEC", "sapling", "testnet", bech_form("ztestsapling", (43,), lambda: rnd.randbytes(43))),
    ("ZEC", "unified", "mainnet", unified("u")),
    ("ZEC", "unified", "testnet", unified("utest")),
    ("ZEC", "tex", "mainnet", bech_form("tex", (20,), pubkey_hash, M)),
    ("XMR", "standard", "mainnet", monero(18, 0)),
    ("XMR", "integrated", "mainnet", monero(19, 8)),
    ("XMR", "subaddress", "mainnet", monero(42, 0)),
    ("XMR", "standard", "testnet", monero(53, 0)),
    ("XMR", "standard", "stagenet", monero(24, 0)),
    ("XMR", "view_key", "mainnet", hex_key()),
    ("ETH", "eip55", "mainnet", eth("eip55")),
    ("ETH", "lower_case", "mainnet", eth("lower_case")),
    ("ETH", "upper_case", "mainnet", eth("upper_case")),
    ("TRX", "base58", "mainnet", B(b"\x41", lambda: keccak256(b"".join(n.to_bytes(32, "big") for n in secp_public()))[-20:])),
    ("XRP", "classic", "mainnet", classic()),
    ("XRP", "x_address", "mainnet", x_address(b"\x05\x44")),
    ("XRP", "x_address", "testnet", x_address(b"\x04\x93")),
    ("XLM", "strkey", "mainnet", stellar(6 << 3, 0)),
    ("XLM", "muxed", "mainnet", stellar(12 << 3, 8)),
    ("SOL", "base58", "mainnet", solana()),
    ("ADA", "shelley", "mainnet", shelley("addr", 1)),
    ("ADA", "shelley", "testnet", shelley("addr_test", 0)),
    ("ADA", "stake", "mainnet", shelley("stake", 1)),
    ("ADA", "stake", "testnet", shelley("stake_test", 0)),
    ("ADA", "byron", "mainnet", byron("mainnet")),
    ("ADA", "byron", "testnet", byron("testnet")),
    ("DOT", "ss58", "mainnet", ss58(0)),
    ("DOT", "ss58", "generic", ss58(42)),
    ("KSM", "ss58", "mainnet", ss58(2)),
    ("ATOM", "bech32", "mainnet", bech_form("cosmos", (20, 32), pubkey_hash)),
    ("BNB", "bech32", "mainnet", bech_form("bnb", (20,), pubkey_hash)),
    ("BNB", "bech32", "testnet", bech_form("tbnb", (20,), pubkey_hash)),
    ("TON", "user_friendly", "mainnet", ton((0x11, 0x51))),
    ("TON", "user_friendly", "testnet", ton((0x91, 0xD1))),
    ("TON", "raw", "mainnet", ton_raw()),
    ("ALGO", "base32", "mainnet", algorand()),
]

WORDS = {("SOL", "base58"): "Solana wallet: ", ("TON", "raw"): "Toncoin wallet ", ("XMR", "view_key"): "secret view key "}


def changed(s, alphabet):
    """One character substituted, exchanged with the next, left out, or put in."""
    at, what = rnd.randrange(len(s)), rnd.randrange(8)
    if what < 4:
        return s[:at] + rnd.choice(alphabet) + s[at + 1 :]
    if what == 4 or what == 5:
        return s[:at] + s[at + 1 : at + 2] + s[at] + s[at + 2 :]
    if what == 6:
        return s[:at] + s[at + 1 :]
    return s[:at] + rnd.choice(alphabet) + s[at:]


def main():
    total = int(sys.argv[1])
    share, rest = divmod(total, len(FORMS))
    out = sys.stdout
    for number, (asset, form, network, (make, judge, alphabet)) in enumerate(FORMS):
        left = share + (number < rest)
        count = max(20, min(40, left // 250))
        words = WORDS.get((asset, form), "pay to ")
        made = [make() for _ in range(count)]
        head = f"{asset}\t{form}\t{network}\t"
        for s in made:
            out.write(f"{head}made\t{int(judge(s))}\t{words}\t{s}\n")
        lines = []
        for i in range(left):
            s = made[i % count]
            m = changed(s, alphabet)
            while m == s:
                m = changed(s, alphabet)
            lines.append(f"{head}changed\t{int(judge(m))}\t{words}\t{m}\n")
            if len(lines) == 4096:
                out.write("".join(lines))
                lines.clear()
        out.write("".join(lines))


if __name__ == "__main__":
    main()
