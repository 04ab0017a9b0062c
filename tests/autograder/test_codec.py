"""Plain data comes back as it went; bytes from anybody end in a value or in `CodecError`."""

from __future__ import annotations

import collections
import contextlib
import enum
import math
import socket
import struct
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.inside import codec
from autograder.inside.codec import CodecError, decode, encode

dtypes = st.sampled_from([np.dtype(name) for name in codec.DTYPES])
arrays = dtypes.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0)))
scalars = dtypes.flatmap(lambda dtype: hnp.arrays(dtype, ())).map(lambda array: array[()])
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | arrays | scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=8,
).filter(lambda value: depth(value) <= codec.MAX_DEPTH)


def depth(value) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return 1 + max(map(depth, value), default=0)
    return 0


def assert_same(one, other):
    """The same types all the way down, and the same bits."""
    assert type(one) is type(other)
    if isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            assert_same(*pair)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, (np.ndarray, np.generic)):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, float):
        assert struct.pack("<d", one) == struct.pack("<d", other) or math.isnan(one)
    else:
        assert one == other


@given(plain)
def test_plain_data_comes_back(value):
    assert_same(decode(encode(value)), value)


@given(plain)
def test_the_same_data_are_the_same_bytes(value):
    """So a changed argument shows in its bytes, and an unchanged one does not."""
    assert encode(decode(encode(value))) == encode(value)


@given(st.binary(max_size=300))
def test_random_bytes_are_a_value_or_an_error(data):
    with contextlib.suppress(CodecError):
        decode(data)


@given(plain, st.data())
def test_changed_bytes_are_a_value_or_an_error(value, data):
    frame = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(frame)))
        cut = data.draw(st.integers(0, 5))
        frame[place : place + cut] = data.draw(st.binary(max_size=5))
    with contextlib.suppress(CodecError):
        decode(bytes(frame))


class Level(enum.IntEnum):
    LOW = 1


Point = collections.namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (range(3), [0, 1, 2]),
        (Point(1, 2), (1, 2)),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.OrderedDict(a=[]), {"a": []}),
        ({np.int64(3): 1}, {3: 1}),
        (Level.LOW, 1),
        (np.str_("hot"), "hot"),
        (np.array(["C", "H"]), ["C", "H"]),
        (np.array([1, None], dtype=object), [1, None]),
        (np.array([[1, 2]]).view(np.matrix), np.array([[1, 2]])),
        (np.ma.masked_array([1.5]), np.array([1.5])),
        (np.array([1, 2], dtype=">i4"), np.array([1, 2], dtype="<i4")),
        (np.longdouble(0.5), np.float64(0.5)),
        (np.arange(6).reshape(2, 3).T, np.array([[0, 3], [1, 4], [2, 5]])),
        (np.broadcast_to(7, (2, 2)), np.array([[7, 7], [7, 7]])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_students_honestly_return_becomes_plain(value, arrives):
    assert_same(decode(encode(value)), arrives)


def self_containing():
    items = []
    items.append(items)
    return items


def self_containing_array():
    array = np.empty((), dtype=object)
    array[()] = array
    return array


def nested(levels: int):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({1, 2}, "set"),
        ((x for x in "ab"), "generator"),
        (len, "builtin_function"),
        (1j, "complex"),
        (b"ab", "bytes"),
        (np.array([1j]), "complex128"),
        (np.array(["2026-01-01"], dtype="datetime64[D]"), "datetime64"),
        (np.zeros(1, dtype=[("a", int)]), "not plain data"),
        ({1.5: 0}, "keys must be texts or integers, not float"),
        ({True: 0}, "not bool"),
        ("\ud800", "half a character"),
        (1 << 10_000, "too large"),
        (nested(codec.MAX_DEPTH + 1), "more than 8 deep"),
        (self_containing(), "more than 8 deep"),
        (self_containing_array(), "more than 8 deep"),
        (range(10**12), "more than 1,000,000 values"),
        (np.broadcast_to(0.0, (10**6, 10**6)), "more than 8,000,000"),
        ("x" * codec.MAX_FRAME, "more than 8,000,000"),
        (np.zeros((1,) * 20), "20 dimensions"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else None,
)
def test_what_is_not_plain_data_is_named(value, told):
    with pytest.raises(CodecError, match=told):
        encode(value)


def test_a_numpy_that_raises_changes_nothing():
    with np.errstate(all="raise"):
        assert decode(encode(np.longdouble("1e-4000"))) == 0


FLOAT, BYTE, BOOL = (codec.DTYPES.index(name) for name in ("<f8", "|i1", "|b1"))


def array_frame(dtype: int, *shape: int, data: bytes = b"") -> bytes:
    return b"a" + bytes([dtype, len(shape)]) + b"".join(struct.pack(">I", n) for n in shape) + data


HUGE = 2**32 - 1
LYING = {
    "nothing": b"",
    "no such kind": b"X",
    "pickle": b"\x80\x04N.",
    "more than said": b"NN",
    "deep lists": b"l\0\0\0\1" * 100_000 + b"N",
    "deep dictionaries": b"m\0\0\0\1i\0\1\1" * 50_000 + b"N",
    "a list of billions": b"l" + struct.pack(">I", HUGE),
    "a text of billions": b"s" + struct.pack(">I", HUGE) + b"a",
    "a huge integer": b"i\xff\xff" + b"\1" * 65_535,
    "not UTF-8": b"s\0\0\0\2\xff\xfe",
    "half a character": b"s\0\0\0\3\xed\xa0\x80",
    "a key twice": b"m\0\0\0\2" + b"i\0\1\1N" * 2,
    "a list as key": b"m\0\0\0\1l\0\0\0\0N",
    "true as key": b"m\0\0\0\1TN",
    "a giant array": array_frame(FLOAT, HUGE, HUGE),
    "an empty giant": array_frame(FLOAT, 0, HUGE, HUGE, HUGE),
    "too few bytes": array_frame(FLOAT, 3, data=bytes(12)),
    "too many bytes": array_frame(FLOAT, 1, data=bytes(24)),
    "no such dtype": array_frame(len(codec.DTYPES), 0),
    "many dimensions": array_frame(BYTE, *[1] * 40, data=b"\0"),
    "a scalar with a shape": b"g" + array_frame(BYTE, 2, data=b"\0\0")[1:],
    "a million Nones and one": b"l" + struct.pack(">I", 1_000_001) + b"N" * 1_000_001,
    "a frame too long": bytes(codec.MAX_FRAME + 1),
}


@pytest.mark.parametrize("data", LYING.values(), ids=LYING)
def test_lies_are_errors(data):
    with pytest.raises(CodecError):
        decode(data)


def test_a_truth_value_is_one_bit_whatever_its_byte_says():
    arrived = decode(array_frame(BOOL, 3, data=b"\0\1\xff"))
    assert arrived.view(np.uint8).tolist() == [0, 1, 1]


def test_arrays_arrive_as_our_own_writable_memory():
    arrived = decode(encode(np.arange(3)))
    assert type(arrived) is np.ndarray
    assert arrived.flags.owndata or arrived.base is None
    assert arrived.flags.writeable
    assert arrived.flags.c_contiguous


@pytest.fixture
def line():
    """Both ends of a connection."""
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def in_seconds(seconds: float) -> float:
    return time.monotonic() + seconds


def test_frames_of_any_size_arrive_whole(line):
    here, there = line
    frames = [b"", b"x", bytes(300_000)]
    sender = threading.Thread(
        target=lambda: [codec.send(here, frame, in_seconds(10)) for frame in frames]
    )
    sender.start()
    assert [codec.receive(there, in_seconds(10)) for _ in frames] == frames
    sender.join()


def test_a_frame_that_claims_too_much_is_not_waited_for(line):
    here, there = line
    here.sendall(struct.pack(">I", codec.MAX_FRAME + 1))
    with pytest.raises(CodecError):
        codec.receive(there, in_seconds(10))


def test_whoever_hangs_up_is_noticed(line):
    here, there = line
    here.sendall(struct.pack(">I", 100) + b"only this")
    here.close()
    with pytest.raises(ConnectionError):
        codec.receive(there, in_seconds(10))


def test_a_byte_now_and_then_does_not_move_the_deadline(line):
    here, there = line
    stop = threading.Event()

    def dribble():
        here.sendall(struct.pack(">I", 1000))
        while not stop.wait(0.02):
            here.sendall(b"x")

    sender = threading.Thread(target=dribble)
    sender.start()
    start = time.monotonic()
    try:
        with pytest.raises(TimeoutError):
            codec.receive(there, in_seconds(0.3))
        assert time.monotonic() - start < 5
    finally:
        stop.set()
        sender.join()


def test_whoever_does_not_read_is_not_waited_for(line):
    here, _ = line
    with pytest.raises(TimeoutError):
        codec.send(here, bytes(codec.MAX_FRAME), in_seconds(0.2))


@pytest.mark.parametrize(
    "values",
    [
        [1, -2, 3],
        [2**63 - 1, -(2**63)],
        [2**63, 1],
        [True, 1, 0],
        [0.5, -0.0, math.nan, math.inf],
        [0.5, 1],
        [[1, 2], [3], []],
        list(range(1000)),
    ],
)
def test_lists_of_numbers_keep_every_type_and_bit(values):
    assert_same(decode(encode(values)), values)


def test_a_list_of_numbers_of_one_kind_is_one_piece():
    assert len(encode(list(range(1000)))) == len(encode([0.5] * 1000)) == 5 + 8 * 1000


@pytest.mark.parametrize("kind", [b"q", b"e"])
@pytest.mark.parametrize(("count", "data"), [(2, bytes(15)), (2**31, bytes(16)), (9, bytes(16))])
def test_a_piece_of_numbers_that_claims_too_much(kind, count, data):
    with pytest.raises(CodecError):
        decode(kind + struct.pack(">I", count) + data)


def test_pieces_of_numbers_count_as_values(monkeypatch):
    monkeypatch.setattr(codec, "MAX_VALUES", 100)
    assert decode(encode([1] * 99)) == [1] * 99
    with pytest.raises(CodecError, match="more than 100 values"):
        encode([[1] * 60, [1] * 60])
    with pytest.raises(CodecError, match="more than 100 values"):
        decode(b"q" + struct.pack(">I", 100) + bytes(800))
