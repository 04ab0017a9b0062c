"""Plain data as bytes, and back: how questions enter the sandbox and answers leave it.

What is read here may have been written by anybody. So a size is believed only after it has been
checked, every object is built anew from base types, and whatever is wrong ends in `CodecError`.

A frame is four bytes of length and a value; a value is a letter for its kind and what the kind
needs: ``N`` None, ``T`` and ``F`` truth, ``i`` int, ``d`` float, ``s`` str, ``l`` list, ``t``
tuple, ``m`` dict, ``a`` array, ``g`` NumPy scalar. A list of nothing but ints of 64 bits, or of
floats, is written as one piece: ``q`` and ``e``.
"""

from __future__ import annotations

import math
import socket
import struct
import time

import numpy as np

MAX_FRAME = 8_000_000
MAX_DEPTH = 8
MAX_VALUES = 1_000_000
MAX_INT_BYTES = 1024
MAX_DIMENSIONS = 16
DTYPES = ("|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8")


class CodecError(ValueError):
    """Something that is not plain data, or bytes that are not what they claim to be."""


def encode(value) -> bytes:
    """Return a value as bytes; subclasses become what they are made of.

    Parameters
    ----------
    value : None, bool, int, float, str, list, tuple, range, dict, NumPy array or scalar
        Containers may hold each other, at most 8 deep. Arrays of text or objects become lists.
    """
    parts: list[bytes] = []
    # A student may have told NumPy to raise; what is lost in a conversion is no error of theirs.
    with np.errstate(all="ignore"):
        _Writer(parts).write(value, 0)
    size = sum(map(len, parts))
    if size > MAX_FRAME:
        raise CodecError(f"the value takes {size:,} bytes, more than {MAX_FRAME:,}")
    return b"".join(parts)


def decode(data: bytes):
    """Return the value that `encode` made the bytes from."""
    if len(data) > MAX_FRAME:
        raise CodecError(f"{len(data):,} bytes, more than {MAX_FRAME:,}")
    reader = _Reader(data)
    value = reader.read(0)
    if reader.place != len(data):
        raise CodecError(f"{len(data) - reader.place} bytes too many")
    return value


def send(connection: socket.socket, data: bytes, deadline: float) -> None:
    """Write one frame before the deadline, a time of `time.monotonic`."""
    connection.settimeout(_remaining(deadline))
    connection.sendall(struct.pack(">I", len(data)) + data)


def receive(connection: socket.socket, deadline: float) -> bytes:
    """Read one frame before the deadline, however slowly it comes.

    Raises
    ------
    TimeoutError
        The deadline passed.
    ConnectionError
        The other side hung up.
    CodecError
        The frame claims to be too long.
    """
    (size,) = struct.unpack(">I", _receive_exactly(connection, 4, deadline))
    if size > MAX_FRAME:
        raise CodecError(f"a frame of {size:,} bytes, more than {MAX_FRAME:,}")
    return _receive_exactly(connection, size, deadline)


def _receive_exactly(connection: socket.socket, size: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        connection.settimeout(_remaining(deadline))
        piece = connection.recv(min(size - len(data), 1 << 16))
        if not piece:
            raise ConnectionError("the connection ended")
        data += piece
    return bytes(data)


def _remaining(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("time is up")
    return remaining


class _Writer:
    def __init__(self, parts: list[bytes]):
        self.parts = parts
        self.values = 0

    def write(self, value, depth: int) -> None:
        self._check_room(1)
        self.values += 1
        if value is None:
            self.parts.append(b"N")
        elif isinstance(value, bool):
            self.parts.append(b"T" if value else b"F")
        elif isinstance(value, (np.ndarray, np.generic)) and not isinstance(value, np.str_):
            self._write_array(value, depth)
        elif isinstance(value, int):
            self._write_int(value)
        elif isinstance(value, float):
            self.parts.append(b"d" + struct.pack("<d", value))
        elif isinstance(value, str):
            self._write_text(value)
        elif isinstance(value, (list, range)):
            self._write_items(b"l", value, depth)
        elif isinstance(value, tuple):
            self._write_items(b"t", value, depth)
        elif isinstance(value, dict):
            self._write_dict(value, depth)
        else:
            raise CodecError(f"a value of type {type(value).__name__} is not plain data")

    def _check_room(self, more: int) -> None:
        """Refuse so many more values before they are looked at."""
        if self.values + more > MAX_VALUES:
            raise CodecError(f"the value holds more than {MAX_VALUES:,} values outside of arrays")

    def _write_int(self, value: int) -> None:
        data = int(value).to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
        if len(data) > MAX_INT_BYTES:
            raise CodecError(f"an integer of {value.bit_length():,} bits is too large")
        self.parts.append(b"i" + struct.pack(">H", len(data)) + data)

    def _write_text(self, value: str) -> None:
        try:
            data = value.encode()
        except UnicodeEncodeError:
            raise CodecError("a text holds half a character") from None
        self.parts.append(b"s" + struct.pack(">I", len(data)) + data)

    def _write_items(self, kind: bytes, values, depth: int) -> None:
        _check_depth(depth)
        self._check_room(len(values))
        if kind == b"l" and self._write_alike(values):
            return
        self.parts.append(kind + struct.pack(">I", len(values)))
        for value in values:
            self.write(value, depth + 1)

    def _write_alike(self, values) -> bool:
        """Write a list of numbers of one kind in one piece, if it is one."""
        kinds = set(map(type, values))
        if kinds != {int} and kinds != {float}:
            return False
        kind, form = (b"q", "q") if kinds == {int} else (b"e", "d")
        try:
            data = struct.pack(f"<{len(values)}{form}", *values)
        except struct.error:
            return False
        self.values += len(values)
        self.parts.append(kind + struct.pack(">I", len(values)) + data)
        return True

    def _write_dict(self, value: dict, depth: int) -> None:
        _check_depth(depth)
        self.parts.append(b"m" + struct.pack(">I", len(value)))
        for key, item in value.items():
            if isinstance(key, np.integer):
                key = int(key)
            if not isinstance(key, (str, int)) or isinstance(key, bool):
                raise CodecError(
                    f"a dictionary's keys must be texts or integers, not {type(key).__name__}"
                )
            self.write(key, depth + 1)
            self.write(item, depth + 1)

    def _write_array(self, value, depth: int) -> None:
        array = np.asarray(value)
        if array.dtype.kind in "OUT":
            _check_depth(depth)
            self.write(array.tolist(), depth + 1)
            return
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype(np.float64)
        dtype = array.dtype.newbyteorder("<").str
        if dtype not in DTYPES:
            raise CodecError(f"an array of {array.dtype} is not plain data")
        if array.ndim > MAX_DIMENSIONS:
            raise CodecError(f"an array has {array.ndim} dimensions, more than {MAX_DIMENSIONS}")
        if array.nbytes > MAX_FRAME:
            raise CodecError(f"an array takes {array.nbytes:,} bytes, more than {MAX_FRAME:,}")
        header = struct.pack(f">BB{array.ndim}I", DTYPES.index(dtype), array.ndim, *array.shape)
        kind = b"g" if isinstance(value, np.generic) else b"a"
        self.parts += [kind + header, array.astype(dtype, copy=False).tobytes()]


class _Reader:
    def __init__(self, data: bytes):
        self.data = data
        self.place = 0
        self.values = 0

    def read(self, depth: int):
        self._check_room(1)
        kind = self._take(1)
        read = self.READERS.get(kind)
        if read is None:
            raise CodecError(f"no kind of value is written {kind!r}")
        return read(self, depth)

    def _check_room(self, more: int) -> None:
        self.values += more
        if self.values > MAX_VALUES:
            raise CodecError(f"more than {MAX_VALUES:,} values outside of arrays")

    def _take(self, size: int) -> bytes:
        data = self.data[self.place : self.place + size]
        if len(data) < size:
            raise CodecError("bytes are missing at the end")
        self.place += size
        return data

    def _number(self, form: str) -> int:
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _int(self, depth: int) -> int:
        size = self._number(">H")
        if size > MAX_INT_BYTES:
            raise CodecError("an integer is too large")
        return int.from_bytes(self._take(size), "little", signed=True)

    def _text(self, depth: int) -> str:
        data = self._take(self._number(">I"))
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise CodecError("a text is not UTF-8") from None

    def _count(self, depth: int) -> int:
        """Return how many values follow, each of which takes a byte at least."""
        _check_depth(depth)
        count = self._number(">I")
        if count > len(self.data) - self.place:
            raise CodecError(f"{count:,} values do not fit into the bytes that follow")
        return count

    def _list(self, depth: int) -> list:
        return [self.read(depth + 1) for _ in range(self._count(depth))]

    def _alike(self, depth: int, form: str) -> list:
        """Read a list of numbers of one kind."""
        count = self._count(depth)
        self._check_room(count)
        return list(struct.unpack(f"<{count}{form}", self._take(8 * count)))

    def _dict(self, depth: int) -> dict:
        found = {}
        for _ in range(self._count(depth)):
            key = self.read(depth + 1)
            if type(key) not in (str, int):
                raise CodecError("a dictionary's key is neither text nor integer")
            if key in found:
                raise CodecError("a dictionary has a key twice")
            found[key] = self.read(depth + 1)
        return found

    def _array(self, depth: int) -> np.ndarray:
        number, dimensions = self._take(2)
        if number >= len(DTYPES) or dimensions > MAX_DIMENSIONS:
            raise CodecError("no such kind of array")
        dtype = np.dtype(DTYPES[number])
        shape = struct.unpack(f">{dimensions}I", self._take(4 * dimensions))
        # An empty array has no bytes, however large the rest of its shape claims to be.
        if math.prod([max(size, 1) for size in shape]) * dtype.itemsize > MAX_FRAME:
            raise CodecError("an array's shape is too large")
        data = self._take(math.prod(shape) * dtype.itemsize)
        if dtype.kind == "b":
            return (np.frombuffer(data, np.uint8) != 0).reshape(shape)
        return np.frombuffer(data, dtype).reshape(shape).copy()

    def _scalar(self, depth: int) -> np.generic:
        array = self._array(depth)
        if array.ndim:
            raise CodecError("a NumPy scalar has dimensions")
        return array[()]

    READERS = {  # noqa: RUF012, nobody writes to it
        b"N": lambda self, depth: None,
        b"T": lambda self, depth: True,
        b"F": lambda self, depth: False,
        b"i": _int,
        b"d": lambda self, depth: self._number("<d"),
        b"s": _text,
        b"l": _list,
        b"q": lambda self, depth: self._alike(depth, "q"),
        b"e": lambda self, depth: self._alike(depth, "d"),
        b"t": lambda self, depth: tuple(self._list(depth)),
        b"m": _dict,
        b"a": _array,
        b"g": _scalar,
    }


def _check_depth(depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise CodecError(f"lists, tuples and dictionaries lie more than {MAX_DEPTH} deep")
