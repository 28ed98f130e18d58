"""Ways to break a file: bytes of any kind, and the words and numbers of a PDF."""

import random
import re
from collections.abc import Callable

Mutation = Callable[[bytearray, random.Random], bytearray]
_ODD_BYTES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xd8", b"\xff\xd9", b"\xff\xc0", b"%PDF-1.7\n", b"endobj\n")
_ODD_NUMBERS = (0, 1, -1, 2, 3, 7, 9, 65535, 65536, 2**31 - 1, 2**31, 2**32, 2**63, -(2**31), 10**20)
_ODD_REALS = (b"1e308", b"-0.0", b"0.00000001", b"99999999999.9", b"nan", b"1.2.3", b"--5")
_FILTERS = tuple(
    b"/" + name
    for name in (
        *(b"FlateDecode", b"LZWDecode", b"DCTDecode", b"CCITTFaxDecode", b"JBIG2Decode", b"JPXDecode"),
        *(b"RunLengthDecode", b"ASCII85Decode", b"ASCIIHexDecode", b"Crypt", b"None"),
    )
)
_NAMES = (
    *(b"/Page", b"/Pages", b"/Catalog", b"/Image", b"/Form", b"/DeviceGray", b"/DeviceRGB", b"/DeviceCMYK"),
    *(b"/Indexed", b"/ICCBased", b"/Separation", b"/Pattern", b"/Mask", b"/SMask", b"/Kids", b"/Parent", b"/Type"),
)
_KEYS = (
    *(b"Length", b"Count", b"Width", b"Height", b"BitsPerComponent", b"Columns", b"Colors", b"Predictor", b"Rotate"),
    *(b"UserUnit", b"Size", b"N", b"First", b"W", b"Rows", b"K", b"Prev"),
)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_NAME = re.compile(rb"/[A-Za-z]{2,}")


def _flip(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 1, 3, 20))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def _cut(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(len(data) + 1)]


def _drop(data: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(data) + 1)
    del data[start : start + chance.choice((1, 4, 64, 1024))]
    return data


def _repeat(data: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((1, 16, 256, 4096))]
    data[start:start] = piece * chance.choice((1, 2, 50))
    return data


def _insert(data: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(data) + 1)
    data[start:start] = chance.choice((*_ODD_BYTES, chance.randbytes(16)))
    return data


def _number_bytes(data: bytearray, chance: random.Random) -> bytearray:
    """Write a telling number over some bytes, in either order: sizes and offsets of TIFF, PNG and JPEG."""
    width = chance.choice((1, 2, 4))
    if len(data) > width:
        start = chance.randrange(min(len(data) - width, chance.choice((64, 512, 1 << 20))))
        value = chance.choice(_ODD_NUMBERS) % (1 << 8 * width)
        data[start : start + width] = value.to_bytes(width, chance.choice(("big", "little")))
    return data


def _swap(data: bytearray, chance: random.Random) -> bytearray:
    size = chance.choice((8, 200))
    first, second = (chance.randrange(len(data) + 1) for _ in range(2))
    data[first : first + size], data[second : second + size] = data[second : second + size], data[first : first + size]
    return data


def _changed(pattern: re.Pattern[bytes], choices: tuple[bytes, ...]) -> Mutation:
    def change(data: bytearray, chance: random.Random) -> bytearray:
        hits = list(pattern.finditer(data))
        for hit in chance.sample(hits, min(len(hits), chance.choice((1, 1, 2, 5)))):
            data = data.replace(hit.group(), chance.choice(choices), chance.choice((1, 1, -1)))
        return data

    return change


def _key(data: bytearray, chance: random.Random) -> bytearray:
    key = chance.choice(_KEYS)
    value = str(chance.choice(_ODD_NUMBERS)).encode()
    return bytearray(re.sub(rb"/" + key + rb" -?\d+", b"/" + key + b" " + value, bytes(data)))


def _reference(data: bytearray, chance: random.Random) -> bytearray:
    """Point one object's reference at another object: trees that loop, images that are pages."""
    hits = list(_REFERENCE.finditer(data))
    if hits:
        one, other = chance.choice(hits), chance.choice(hits)
        data[one.start() : one.end()] = other.group()
    return data


def _object_number(data: bytearray, chance: random.Random) -> bytearray:
    number = str(chance.choice((0, 1, 2, 3, 4, 5, 99, 2**31))).encode()
    return bytearray(re.sub(rb"\n(\d+) 0 obj", b"\n" + number + b" 0 obj", bytes(data), count=chance.choice((1, 3))))


_NUMBERS = tuple(str(number).encode() for number in _ODD_NUMBERS) + _ODD_REALS
BYTES: tuple[Mutation, ...] = (_flip, _cut, _drop, _repeat, _insert, _number_bytes, _number_bytes, _swap)
PDF: tuple[Mutation, ...] = (
    _changed(_NUMBER, _NUMBERS),
    _changed(_NUMBER, _NUMBERS),
    _changed(_NAME, _NAMES + _FILTERS),
    _changed(re.compile(rb"/[A-Za-z0-9]+Decode"), _FILTERS),
    _key,
    _key,
    _reference,
    _reference,
    _object_number,
)


def mutated(data: bytes, name: str, chance: random.Random) -> bytes:
    """Break a file in one to four ways."""
    ways = PDF * 2 + BYTES if name.endswith(".pdf") else BYTES
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        changed = chance.choice(ways)(changed, chance)
    return bytes(changed)
