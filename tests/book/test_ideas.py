"""Every idea of the lectures that belongs to a chapter stands in it, where slides.toml says."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import jupytext
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TOLD = tomllib.loads((ROOT / "book" / "slides.toml").read_text(encoding="utf-8"))
IDEAS = TOLD["idea"]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = {
    int(chapter["file"][:2]): ROOT / "book" / f"{chapter['file']}.md"
    for part in TOC["parts"]
    for chapter in part["chapters"]
    if chapter["file"][:2].isdigit()
}
LABEL = re.compile(r"^\((sec-[\w-]+)\)=\n(#+) ", re.MULTILINE)


def sections(chapter: Path) -> list[tuple[str, str]]:
    """Return each label above a heading, and the text up to the next heading as high as that."""
    cells = jupytext.read(chapter, fmt="md:myst").cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    found = []
    for match in LABEL.finditer(text):
        rest = text[match.end() :]
        end = re.search(rf"^#{{1,{len(match[2])}}} ", rest, re.MULTILINE)
        found.append((match[1], rest[: end.start()] if end else rest))
    return found


def spaced(text: str) -> str:
    """Return a text in lower case in which any space is one space."""
    return " ".join(text.lower().split())


def test_every_chapter_of_the_plan_has_ideas_and_no_idea_is_told_twice():
    assert {idea["chapter"] for idea in IDEAS} == set(range(1, 20))
    names = Counter(idea["idea"] for idea in IDEAS)
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("number", sorted(CHAPTERS), ids=lambda number: f"{number:02}")
def test_the_ideas_of_a_chapter_stand_in_it(number):
    treated = dict(sections(CHAPTERS[number]))
    missing = []
    for idea in (idea for idea in IDEAS if idea["chapter"] == number):
        section = treated.get(idea["section"])
        if section is None:
            missing.append(f"{idea['idea']}: no heading has the label {idea['section']!r}")
        elif not any(spaced(word) in spaced(section) for word in idea["words"]):
            missing.append(f"{idea['idea']}: {idea['section']} has none of {idea['words']}")
    assert missing == [], "label the section and name it in book/slides.toml"


@pytest.mark.parametrize("number", sorted(CHAPTERS), ids=lambda number: f"{number:02}")
def test_labels_are_given_once_and_for_an_idea(number):
    given = Counter(label for label, _ in sections(CHAPTERS[number]))
    assert [label for label, times in given.items() if times > 1] == []
    named = {idea["section"] for idea in IDEAS}
    assert sorted(set(given) - named) == [], "no idea of book/slides.toml stands there"
    assert [label for label in given if not label.startswith(f"sec-{number:02}-")] == []


@pytest.mark.parametrize("lecture", TOLD["lecture"], ids=lambda lecture: lecture["name"])
def test_the_topics_of_a_lecture_carry_ideas_that_exist(lecture):
    names = {idea["idea"] for idea in IDEAS}
    assert len(lecture["slides"]) > 20
    assert [topic for topic, *ideas in lecture["slides"] if not ideas] == []
    carried = {idea for _, *ideas in lecture["slides"] for idea in ideas}
    assert sorted(carried - names) == []


def test_the_page_shows_every_lecture():
    page = (ROOT / "book" / "slides.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```\{slides\} (.+)$", page, re.MULTILINE)
    assert shown == [lecture["name"] for lecture in TOLD["lecture"]]
