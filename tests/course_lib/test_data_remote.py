"""`data.fetch` against a server of our own: each failure ends in words and a clean cache."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest

from course_lib.data import remote
from course_lib.data.remote import Remote, fetch

TEXT = "To be, or not to be.\n" * 5000


@contextmanager
def serving(body: bytes, promised: int | None = None, status: int = 200):
    """Serve `body` at every address; `promised` more bytes than come is a cut connection."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(promised or len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HIDDEN_STATES_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def offer(monkeypatch):
    """Make a name of `fetch` stand for a file at an address."""

    def offer(name, url, body, read=None):
        read = read or remote.DATA_SETS[name].read
        digest = hashlib.sha256(body).hexdigest()
        monkeypatch.setitem(remote.DATA_SETS, name, Remote(url, digest, read))

    return offer


def kept(cache) -> list[str]:
    return sorted(path.name for path in cache.rglob("*")) if cache.exists() else []


def test_a_second_run_asks_nobody(cache, offer):
    with serving(TEXT.encode()) as (address, requests):
        offer("tiny-shakespeare", f"{address}/input.txt", TEXT.encode())
        assert fetch("tiny-shakespeare") == TEXT
        assert fetch("tiny-shakespeare") == TEXT
    assert requests == ["/input.txt"]
    assert fetch("tiny-shakespeare") == TEXT, "without the server, from the cache"
    assert kept(cache) == ["tiny-shakespeare.txt"]


def test_a_wrong_file_is_not_kept(cache, offer):
    with serving(b"something else") as (address, _):
        offer("tiny-shakespeare", f"{address}/input.txt", TEXT.encode())
        with pytest.raises(ValueError, match="tiny-shakespeare.*is not the expected file.*SHA-256"):
            fetch("tiny-shakespeare")
    assert kept(cache) == []


def test_a_damaged_cache_is_fetched_again(cache, offer):
    with serving(TEXT.encode()) as (address, requests):
        offer("tiny-shakespeare", f"{address}/input.txt", TEXT.encode())
        fetch("tiny-shakespeare")
        (cache / "tiny-shakespeare.txt").write_text("half of it")
        assert fetch("tiny-shakespeare") == TEXT
    assert len(requests) == 2


def test_a_cut_connection_leaves_no_half_file(cache, offer):
    with serving(TEXT.encode()[:5000], promised=len(TEXT)) as (address, _):
        offer("tiny-shakespeare", f"{address}/input.txt", TEXT.encode())
        with pytest.raises(OSError, match="could not be fetched from http.*nothing incomplete"):
            fetch("tiny-shakespeare")
    assert kept(cache) == []


def test_no_network_is_said_in_words(cache, offer):
    with serving(b"") as (address, _):
        pass
    offer("tiny-shakespeare", f"{address}/input.txt", TEXT.encode())
    with pytest.raises(OSError, match="tiny-shakespeare could not be fetched.*Check the network"):
        fetch("tiny-shakespeare")
    assert kept(cache) == []


def test_a_missing_page_is_said_in_words(cache, offer):
    with serving(b"gone", status=404) as (address, _):
        offer("tiny-shakespeare", f"{address}/input.txt", TEXT.encode())
        with pytest.raises(OSError, match="could not be fetched.*404"):
            fetch("tiny-shakespeare")
    assert kept(cache) == []


def test_a_full_disk_leaves_no_half_file(cache):
    """A limit on file size fails a write as a full disk does, halfway through the file."""
    code = f"""
import resource, signal
from course_lib.data import remote
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
remote.DATA_SETS["tiny-shakespeare"] = remote.Remote(
    "ADDRESS/input.txt", {hashlib.sha256(TEXT.encode()).hexdigest()!r}, None
)
try:
    remote.fetch("tiny-shakespeare")
except OSError as error:
    print("SAID", error)
"""
    with serving(TEXT.encode()) as (address, _):
        result = subprocess.run(
            [sys.executable, "-B", "-c", code.replace("ADDRESS", address)],
            capture_output=True,
            text=True,
            env=os.environ | {"HIDDEN_STATES_DATA": str(cache)},
            check=True,
        )
    assert "SAID tiny-shakespeare could not be fetched" in result.stdout
    assert "the disk" in result.stdout
    assert kept(cache) == []


def test_progress_is_shown_on_request_only(cache, offer, capsys):
    with serving(TEXT.encode()) as (address, _):
        offer("tiny-shakespeare", f"{address}/input.txt", TEXT.encode())
        fetch("tiny-shakespeare", progress=True)
        assert "100%" in capsys.readouterr().err
        (cache / "tiny-shakespeare.txt").unlink()
        fetch("tiny-shakespeare")
        assert capsys.readouterr().err == ""


def test_mnist_is_read_into_images_between_zero_and_one(cache, offer):
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(0, 256, size=(3, 28, 28), dtype=np.uint8),
        "y_train": np.array([7, 0, 2], dtype=np.uint8),
        "x_test": rng.integers(0, 256, size=(2, 28, 28), dtype=np.uint8),
        "y_test": np.array([1, 9], dtype=np.uint8),
    }
    file = io.BytesIO()
    np.savez(file, **arrays)
    with serving(file.getvalue()) as (address, _):
        offer("mnist", f"{address}/mnist.npz", file.getvalue())
        images, labels, test_images, test_labels = fetch("mnist")
    assert images.shape == (3, 1, 28, 28)
    np.testing.assert_array_equal(images[:, 0] * 255, arrays["x_train"])
    np.testing.assert_array_equal(test_images[:, 0] * 255, arrays["x_test"])
    assert labels.tolist() == [7, 0, 2]
    assert test_labels.tolist() == [1, 9]
    assert labels.dtype == np.intp


def test_olivetti_faces_stand_upright(cache, offer):
    savemat = pytest.importorskip("scipy.io").savemat
    upright = np.zeros((400, 64, 64), dtype=np.uint8)
    upright[:, 10, :] = 200  # a line across, near the top
    upright[13, 20, 30] = 51
    columns = upright.transpose(0, 2, 1).reshape(400, 4096).T
    file = io.BytesIO()
    savemat(file, {"faces": columns})
    with serving(file.getvalue()) as (address, _):
        offer("olivetti", f"{address}/5976027", file.getvalue())
        images, labels = fetch("olivetti")
    np.testing.assert_allclose(images[:, 0] * 255, upright)
    assert labels[[0, 9, 10, 399]].tolist() == [0, 0, 1, 39]


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="name must be one of 'mnist', 'tiny-shakespeare', 'oliv"):
        fetch("imagenet")
