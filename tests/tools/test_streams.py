"""Lines stay whole, wherever the kernel cut them."""

from __future__ import annotations

from nbformat.v4 import new_output

from tools.streams import joined


def stream(text: str, name: str = "stdout"):
    return new_output("stream", name=name, text=text)


def test_a_line_that_came_in_pieces_is_whole():
    pieces = [stream("0.2"), stream("5 and"), stream(" 0.75\nmore\n")]
    (output,) = joined(pieces)
    assert output["text"] == "0.25 and 0.75\nmore\n"
    assert pieces[0]["text"] == "0.2"


def test_streams_and_results_stay_apart():
    result = new_output("execute_result", data={"text/plain": "3"}, execution_count=1)
    outputs = joined([stream("a\n"), stream("careful\n", "stderr"), result])
    assert sorted(output.get("text", "3") for output in outputs) == ["3", "a\n", "careful\n"]
