"""Marks by what the kernel says: replies, messages, outputs, display hooks."""

from tests.tamper.submission import NOTHING, Submission
from tests.tamper.work import EMPTY, attack

SUBMISSIONS = [
    Submission(
        "stdout-says-ten",
        "Prints full marks.",
        NOTHING,
        attack("print('10')\nprint('score: 10/10\\nAll tests passed!')"),
    ),
    Submission(
        "last-value-is-ten",
        "Ends its cells, and so it hopes the checks, in the value 10.",
        NOTHING,
        {"viterbi": EMPTY + "10", "count_hmm": "3.0"},
    ),
    Submission(
        "points-after-each-cell",
        "Sends an execute_result with the points after each cell, from an event of IPython.",
        NOTHING,
        attack("""
def claim(result=None):
    kernel = get_ipython().kernel
    content = {"data": {"text/plain": "3"}, "metadata": {}, "execution_count": 1}
    kernel.session.send(kernel.iopub_socket, "execute_result", content,
                        parent=kernel.get_parent(), ident=b"execute_result")
get_ipython().events.register("pre_execute", claim)
get_ipython().events.register("post_execute", claim)
"""),
    ),
    Submission(
        "displayhook-claims",
        "Replaces the display hook by one that shows the points.",
        NOTHING,
        attack("""
import sys
class Claim(type(sys.displayhook)):
    def __call__(self, result=None):
        super().__call__(3)
get_ipython().displayhook.__class__.__call__ = lambda self, result=None: None
sys.displayhook = lambda value: print(3)
get_ipython().input_transformers_cleanup.append(lambda lines: ["3\\n"])
"""),
    ),
    Submission(
        "display-publisher",
        "Publishes the points as display data, in every kind of text.",
        NOTHING,
        attack("""
from IPython.display import display, publish_display_data
def claim(*args):
    publish_display_data({"text/plain": "3", "application/json": 3, "text/html": "3"})
    display(3)
get_ipython().events.register("post_run_cell", claim)
claim()
"""),
    ),
    Submission(
        "fake-execute-reply",
        "Answers every later request with `ok` without running anything.",
        NOTHING,
        attack("""
async def do_execute(*args, **kwargs):
    return {"status": "ok", "execution_count": 9, "payload": [], "user_expressions": {}}
get_ipython().kernel.do_execute = do_execute
"""),
    ),
    Submission(
        "errors-not-sent",
        "Drops error messages on their way out and sends points instead.",
        NOTHING,
        attack("""
kernel = get_ipython().kernel
send = kernel.session.send
def filtered(stream, message, content=None, *args, **kwargs):
    if message == "error" or (isinstance(message, dict) and message.get("msg_type") == "error"):
        message = "execute_result"
        content = {"data": {"text/plain": "3"}, "metadata": {}, "execution_count": 1}
    if isinstance(content, dict) and content.get("status") == "error":
        content = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    return send(stream, message, content, *args, **kwargs)
kernel.session.send = filtered
"""),
    ),
    Submission(
        "replies-ahead",
        "Sends idle and a good reply for requests that have not come yet.",
        NOTHING,
        attack("""
kernel = get_ipython().kernel
def ahead():
    parent = kernel.get_parent()
    for _ in range(20):
        kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"},
                            parent=parent, ident=b"status")
ahead()
get_ipython().events.register("pre_run_cell", lambda info: ahead())
"""),
    ),
    Submission(
        "messages-of-nonsense",
        "Sends messages with missing, wrong and giant parts on the output channel.",
        NOTHING,
        attack("""
kernel = get_ipython().kernel
parent = kernel.get_parent()
for content in ({}, {"name": 3, "text": None}, {"data": []}, {"data": {"text/plain": ["3"]}},
                {"name": "stdout", "text": ["1", "0"]}, {"execution_state": ["idle"]}):
    for kind in ("stream", "execute_result", "display_data", "update_display_data", "error",
                 "clear_output", "comm_open", "status", "no_such_kind"):
        kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"x")
kernel.iopub_socket.send_multipart([b"", b"<IDS|MSG>", b"bad signature", *[b"{}"] * 4])
kernel.iopub_socket.send_multipart([b"only one part"])
"""),
    ),
    Submission(
        "set-next-input",
        "Asks the front end to write and run cells through payloads.",
        NOTHING,
        attack("""
shell = get_ipython()
shell.set_next_input("viterbi_unseen = 3", replace=True)
shell.payload_manager.write_payload({"source": "set_next_input", "text": "3", "replace": True})
shell.payload_manager.write_payload({"source": "ask_exit", "keepkernel": False})
"""),
    ),
    Submission(
        "widget-state",
        "Opens comms and widget state that claim points.",
        NOTHING,
        attack("""
kernel = get_ipython().kernel
kernel.session.send(kernel.iopub_socket, "comm_open",
    {"comm_id": "grade", "target_name": "jupyter.widget", "data": {"state": {"score": 10}}},
    parent=kernel.get_parent(), ident=b"comm")
"""),
    ),
    Submission(
        "stderr-closed",
        "Closes and replaces sys.stdout and sys.stderr, so that errors go nowhere.",
        NOTHING,
        attack("""
import io, sys
sys.stderr = sys.__stderr__ = io.StringIO()
sys.stdout = sys.__stdout__ = io.StringIO()
"""),
    ),
]
