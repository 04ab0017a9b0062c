"""What is true of the road by a kernel alone."""

from __future__ import annotations

from nbformat.v4 import new_code_cell, new_notebook

from autograder.sandbox import Limits, run_notebook
from tests.autograder.boxes import run

FORGED_MESSAGES = """
kernel = get_ipython().kernel
def send(kind, content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
for kind in ("stream", "display_data", "status", "error", "comm_open", "nonsense", "clear_output"):
    send(kind, {"x": 1})
send("stream", {"name": "stdout", "text": [1, {}]})
send("display_data", {"data": {"text/plain": {"a": [1]}}, "metadata": 3, "transient": 7})
send("update_display_data", {"data": 1, "transient": {"display_id": [1]}})
kernel.iopub_socket.send_multipart([b"x"] * 3)
send("stream", {"name": "stdout", "text": "9999999999-99-99T99:99:99.9Z"})
for depth in ("[" * 100_000, '{"a":' * 100_000):
    parts = kernel.session.serialize(kernel.session.msg("stream", parent=kernel.get_parent()))
    parts[5] = depth.encode()
    parts[1] = kernel.session.sign(parts[2:6])
    kernel.iopub_socket.send_multipart(parts)
"""
ENDLESS_MESSAGE = """
import os, socket, struct, threading
# A frame of ZeroMQ's protocol that says: more of this message follows.
frame = b"\\x03" + struct.pack(">Q", 2**20) + bytes(2**20)
def pump(descriptor):
    try:
        channel = socket.socket(fileno=os.dup(descriptor))
        channel.setblocking(True)
        while True:
            channel.sendall(frame)
    except OSError:
        pass
for name in os.listdir("/proc/self/fd"):
    if int(name) > 2:
        threading.Thread(target=pump, args=[int(name)]).start()
"""


def test_forged_messages_change_nothing():
    report, said = run(FORGED_MESSAGES, "'after'")
    assert report.cells == ["ok", "ok"]
    assert said[1] == "'after'"


def test_a_message_without_an_end_ends_the_run():
    report, said = run("'before'", f"{ENDLESS_MESSAGE}\nimport time; time.sleep(60)", "'after'")
    assert report.cells == ["ok", "too much output", "not run"]
    assert report.stopped
    assert said == ["'before'", "", ""]


def test_the_probe_is_at_hand_without_the_sandbox():
    code = "import course_probe, os; 'COURSE_ORACLE' in os.environ"
    notebook = new_notebook(cells=[new_code_cell(code)])
    assert run_notebook(notebook, None, Limits(), use_sandbox=False).cells == ["ok"]
    assert notebook.cells[0].outputs[0].data["text/plain"] == "True"
