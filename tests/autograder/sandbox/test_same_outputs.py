"""Whatever road a notebook takes, the same is shown."""

from __future__ import annotations

import re

import pytest
from nbconvert.filters import strip_ansi

from autograder.sandbox import Limits, run_notebook, run_quickly
from tests.autograder.boxes import notebook_of

CELLS = (
    "1 + 1",
    "_ + 1, In[1], Out[1]",
    "print('a', end=''); print('b')",
    "import sys; print('to stderr', file=sys.stderr)",
    "import os; os.write(1, b'bytes\\n'); None",
    "!echo from a shell",
    "%%bash\necho from bash; echo wrong >&2",
    "import subprocess; subprocess.run(['echo', 'from a program']).returncode",
    "def inner(x):\n    return 1 / x\ndef outer(x):\n    return inner(x)\nouter(0)",
    "nonsense",
    "if True\n    1",
    "for x in 1:\n  1\n 2",
    "raise ValueError('of\\nlines')",
    "class Mine(Exception):\n    def __str__(self):\n        raise TypeError\nraise Mine",
    "raise ExceptionGroup('many', [ValueError(1), TypeError(2)])",
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError from error",
    "assert 1 == 2, 'not equal'",
    "import sys; sys.exit('over')",
    "input('name? ')",
    "import getpass; getpass.getpass()",
    "import warnings; warnings.warn('careful')",
    "import numpy as np; np.array([1.0]) / 0",
    "import numpy as np; np.arange(6).reshape(2, 3)",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2]); plt.title('T')",
    "plt.plot([1, 2]); plt.show(); print('after')",
    "fig, ax = plt.subplots(); fig",
    "from IPython.display import HTML, Markdown; display(HTML('<b>x</b>'), Markdown('*y*')); 'z'",
    "handle = display('one', display_id='it'); handle.update('two')",
    "from IPython.display import clear_output\nprint('gone'); clear_output(wait=True); print('x')",
    "class Rich:\n    def _repr_html_(self):\n        return '<i>r</i>'\nRich()",
    "class Broken:\n    def __repr__(self):\n        raise ValueError('no repr')\nBroken()",
    "class Odd:\n    def _repr_mimebundle_(self, **_):\n        return {'a/b': object()}\nOdd()",
    "1;",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "task = asyncio.create_task(asyncio.sleep(0, 'later')); None",
    "await task",
    "sleep = asyncio.sleep(0)\nasyncio.run(sleep)",
    "await sleep",
    "async def fail():\n    raise KeyError('async')\nawait fail()",
    "import threading\nt = threading.Thread(target=lambda: print('thread')); t.start(); t.join()",
    "import multiprocessing as m\nwith m.Pool(2) as pool: print(pool.map(abs, [-1, -2]))",
    "__name__, '__file__' in globals(), os.getcwd(), sys.modules['__main__'].x",
    "sys.path",
    "[os.environ[name] for name in ('TERM', 'PAGER', 'HOME', 'PATH', 'PYTHONPATH', 'TMPDIR')]",
    "type(get_ipython()).__name__, get_ipython().execution_count",
    "get_ipython().user_ns is globals(), get_ipython().ipython_dir",
    "outer?",
    "%%capture said\nprint('captured')",
    "said.stdout",
    "%who_ls function",
    "%precision 2\n0.123456",
    "%%writefile data.txt\nhello",
    "%cat data.txt",
    "%run -i nothing.py",
    "%nosuchmagic",
    "%store x\n%store",
    "import logging; logging.warning('logged')",
    "print('\\N{SNOWMAN}')",
    "from tempfile import mkstemp; os.path.dirname(mkstemp()[1])",
    "import pickle; pickle.loads(pickle.dumps(Rich)) is Rich",
    "import inspect; print(inspect.getsource(outer))",
    "exec('def made(): raise RuntimeError'); made()",
    "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.fail('no')\n"
    "unittest.main(argv=[''], exit=False).result.failures[0][1].splitlines()[-1]",
    "signal = __import__('signal'); signal.getsignal(signal.SIGINT) is signal.default_int_handler",
    "import resource; [resource.getrlimit(n) for n in range(10)]",
    "open(0).read()",
    "1;",
    "",
)
# Lines of a traceback about libraries, of which the roads take different ones.
NOT_THE_STUDENTS = ("File /", "    [... skipping")


@pytest.fixture(scope="module")
def both():
    notebooks = [notebook_of(*CELLS) for _ in range(2)]
    reports = [
        road(notebook, None, Limits())
        for road, notebook in zip((run_notebook, run_quickly), notebooks, strict=True)
    ]
    return reports, notebooks


@pytest.mark.parametrize("number", range(len(CELLS)), ids=lambda number: CELLS[number][:25])
def test_a_cell_shows_the_same_on_both_roads(both, number):
    reports, notebooks = both
    by_kernel, quickly = [notebook.cells[number] for notebook in notebooks]
    assert plain(quickly) == plain(by_kernel)
    assert reports[1].cells[number] == reports[0].cells[number]
    assert quickly.execution_count == by_kernel.execution_count


def plain(cell) -> list[dict]:
    """Return a cell's outputs without what no two runs have in common."""
    outputs = [dict(output) for output in cell.outputs]
    for output in outputs:
        if "text" in output:
            output["text"] = _same(output["text"])
        if "traceback" in output:
            lines = [_same(strip_ansi(line)) for line in output["traceback"]]
            output["traceback"] = [line for line in lines if not line.startswith(NOT_THE_STUDENTS)]
            output["evalue"] = _same(output["evalue"])
        if "data" in output:
            output["data"] = {kind: _same(data) for kind, data in output["data"].items()}
    # Between printing to one and to the other there is no order.
    return sorted(outputs, key=lambda output: output.get("name", ""))


def _same(text: str) -> str:
    text = re.sub(r"/tmp/ipykernel_\d+/\d+\.py", "FILE", text)
    text = re.sub(r"in \d+\.\d+s", "in SECONDS", text)
    return re.sub(r"0x[0-9a-f]+", "ADDRESS", text)
