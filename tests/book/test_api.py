"""The library's reference has every public module, once, and is built from clean docstrings."""

from __future__ import annotations

import re
from pathlib import Path

import course_lib
from tools.fields import skip_field

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "book").glob("api-*.md"))


def test_every_public_module_is_documented_once():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    shown = re.findall(r"^\.\. automodule:: course_lib\.(\w+)$", text, re.MULTILINE)
    assert sorted(shown) == sorted(course_lib.__all__)
    assert re.findall(r"^## `course_lib\.(\w+)`$", text, re.MULTILINE) == shown


def test_the_overview_leads_to_every_page_and_names_its_modules():
    overview = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    for page in PAGES:
        row = re.search(rf"^\| {{doc}}`{page.stem}` \| (.+) \|$", overview, re.MULTILINE)
        modules = re.findall(r"^## `course_lib\.(\w+)`$", page.read_text(), re.MULTILINE)
        assert re.findall(r"`(\w+)`", row.group(1)) == modules
        assert f"- file: {page.stem}\n" in toc


def test_the_example_of_the_overview_runs():
    overview = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", overview, re.DOTALL).group(1), names)
    assert names["path"].tolist() == [0, 0, 0]


def test_fields_are_told_by_us_and_not_by_their_numbers():
    decoding = course_lib.hmm.Decoding
    assert skip_field(None, "class", "path", decoding.path, False, None) is True
    method = course_lib.hmm.HMM.viterbi
    assert skip_field(None, "class", "viterbi", method, False, None) is None
