"""The site is served as a good host does: texts compressed, and a page for what is not there."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from functools import partial
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer

import pytest

from tools.serve import SiteHandler

PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def ask(tmp_path):
    """Ask a server of three files: ``ask("/", PACKED)`` returns the answer and its body."""
    (tmp_path / "index.html").write_text("<p>Welcome</p>" * 100)
    (tmp_path / "404.html").write_text("<p>Lost</p>")
    (tmp_path / "font.woff2").write_bytes(bytes(range(256)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SiteHandler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(path, headers=None):
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    yield answer
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/", "/index.html", "/index.html?q=1#here"])
def test_a_text_is_compressed_for_who_can_take_it(ask, path):
    plain, text = ask(path)
    packed, body = ask(path, PACKED)
    assert plain.getheader("Content-Encoding") is None
    assert packed.getheader("Content-Encoding") == "gzip"
    assert packed.getheader("Content-Type") == plain.getheader("Content-Type") == "text/html"
    assert gzip.decompress(body) == text == b"<p>Welcome</p>" * 100
    assert len(body) < len(text) / 2


def test_a_text_that_has_changed_is_compressed_anew(ask, tmp_path):
    ask("/index.html", PACKED)
    (tmp_path / "index.html").write_text("<p>Changed</p>")
    assert gzip.decompress(ask("/index.html", PACKED)[1]) == b"<p>Changed</p>"


def test_what_is_compressed_already_is_sent_as_it_is(ask):
    response, body = ask("/font.woff2", PACKED)
    assert response.getheader("Content-Encoding") is None
    assert body == bytes(range(256))


def test_what_is_not_there_is_answered_by_the_page_for_lost_readers(ask):
    response, body = ask("/no/where.html")
    assert response.status == 404
    assert body == b"<p>Lost</p>"


def test_nothing_outside_the_folder_is_served(ask, tmp_path):
    (tmp_path.parent / "secret.html").write_text("secret")
    assert ask("/../secret.html")[0].status == 404


@pytest.mark.parametrize("name", ["large.html", "large.bin"])
def test_a_reader_who_leaves_early_is_not_told_of(tmp_path, capfd, name):
    (tmp_path / name).write_bytes(bytes(50_000_000))
    handler = partial(SiteHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        with socket.create_connection(server.server_address) as reader:
            reader.sendall(f"GET /{name} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
            reader.recv(100)
            # Hang up at once, as a browser does whose page is closed.
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        server.shutdown()
    assert capfd.readouterr().err == ""
