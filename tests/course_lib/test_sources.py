"""Every source that a docstring names is in the bibliography, and the package is whole."""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import Path

import pytest

import course_lib

ROOT = Path(course_lib.__file__).parent
BIBLIOGRAPHY = (ROOT.parent / "book" / "references.bib").read_text(encoding="utf-8")
KEYS = set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY, re.MULTILINE))
LECTURES = {"UCLA": "ucla2018", "UW": "uw2016", "IITK": "iitk2018", "CMU-M": "cmum2021"}
LECTURES |= {"CMU-G": "cmug2022"}
FILES = sorted(ROOT.rglob("*.py"))


def sources(path: Path) -> list[str]:
    """Return what follows "Source:" in each docstring of a file, to the docstring's end."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = [
        ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented)
    ]
    return [
        " ".join(text.split("Source:", 1)[1].split()) for text in docstrings if "Source:" in text
    ]


def keys(source: str) -> set[str]:
    """Return the bibliography's keys that a source stands for."""
    plain = unicodedata.normalize("NFKD", source.replace("ø", "o")).encode("ascii", "ignore")
    works = re.findall(r"([A-Z][a-zA-Z]+)(?:(?:, | and )[A-Z][a-zA-Z]+)* (\d{4})", plain.decode())
    named = {f"{author.lower()}{year}" for author, year in works}
    return named | {key for name, key in LECTURES.items() if re.search(rf"\b{name}\b", source)}


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_sources_are_in_the_bibliography(path):
    for source in sources(path):
        assert keys(source), f"no work or lecture is named: {source}"
        assert keys(source) <= KEYS, f"{sorted(keys(source) - KEYS)} is not in references.bib"


def test_most_files_name_their_source():
    assert sum(bool(sources(path)) for path in FILES) > 40


def test_every_module_is_an_attribute():
    modules = {
        path.stem
        for path in ROOT.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    apart = {"__init__", "__pycache__", "checks", "viz"}
    assert modules - apart == set(course_lib.__all__)
    for name in course_lib.__all__:
        assert hasattr(course_lib, name)


def test_modules_stay_small():
    """One idea each: no module has grown past what a reader takes in."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in FILES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 350
    }
    assert long == {}
