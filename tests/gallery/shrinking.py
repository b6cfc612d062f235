"""Make a screenshot's PNG a third of its size: at most 256 colours, and packed well."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {2: 3, 6: 4}
_COLOURS = 256

Colour = bytes


def shrunk(png: bytes) -> bytes:
    """Return the picture with the colours it uses most; the others become the nearest of them."""
    chunks = dict(_chunks(png))
    width, height, _, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    rows = list(_rows(zlib.decompress(chunks[b"IDAT"]), width, height, _CHANNELS[kind]))
    used = Counter(pixel for row in rows for pixel in row)
    palette = _palette(used)
    index = {colour: at for at, colour in enumerate(palette)}
    index |= {colour: _nearest(colour, palette) for colour in used.keys() - index.keys()}
    packed = b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in rows)
    return _SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(palette)),
            _chunk(b"IDAT", zlib.compress(packed, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _palette(used: Counter[Colour]) -> list[Colour]:
    """Choose the colours used most, and of every sort of colour one, however small its spot is."""
    usual = [colour for colour, _ in used.most_common()]
    sorts = {bytes(part >> 6 for part in colour): colour for colour in reversed(usual)}
    return list(dict.fromkeys([*sorts.values(), *usual]))[:_COLOURS]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the chunks; the pixels' chunks come as one."""
    at, pixels = len(_SIGNATURE), b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12
        pixels += body if name == b"IDAT" else b""
        yield name, pixels if name == b"IDAT" else body


def _rows(pixels: bytes, width: int, height: int, channels: int) -> Iterator[list[Colour]]:
    """Undo each row's filter, and give its pixels without transparency."""
    size = width * channels
    above = bytearray(size)
    for row in range(height):
        start = row * (size + 1)
        line = bytearray(pixels[start + 1 : start + 1 + size])
        _unfilter(pixels[start], line, above, channels)
        yield [bytes(line[at : at + 3]) for at in range(0, size, channels)]
        above = line


def _unfilter(kind: int, line: bytearray, above: bytearray, channels: int) -> None:
    if kind == 0:
        return
    for at in range(len(line)):
        left = line[at - channels] if at >= channels else 0
        match kind:
            case 1:
                guess = left
            case 2:
                guess = above[at]
            case 3:
                guess = (left + above[at]) // 2
            case _:
                corner = above[at - channels] if at >= channels else 0
                guess = _paeth(left, above[at], corner)
        line[at] = (line[at] + guess) & 255


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    def distance(at: int) -> int:
        return sum((one - other) ** 2 for one, other in zip(colour, palette[at], strict=True))

    return min(range(len(palette)), key=distance)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
