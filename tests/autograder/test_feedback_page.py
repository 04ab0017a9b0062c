"""The feedback page says what was earned and why; nothing on it runs, and it is never long."""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from html.parser import HTMLParser

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from autograder.feedback import harmless, page
from tests.autograder import feedback_example as example
from tests.autograder import hostile_html

ALLOWED = {
    "a": {"href"},
    "html": {"lang"},
    "img": {"src", "alt"},
    "link": {"rel", "href"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "td": {"colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
}
EVERYWHERE = {"class", "id", "aria-hidden", "aria-labelledby", "tabindex"}
TAGS = set(
    re.findall(
        r"\w+",
        "a article b bdi blockquote body br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 "
        "head header html i img kbd li link main mark meta ol p pre s section span strong style "
        "sub sup table tbody td tfoot th thead title tr ul",
    )
)


class Page(HTMLParser):
    """The tags, attributes, headings and text of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.attributes, self.headings = Counter(), [], []
        self.links, self.ids = [], []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attributes]
        self.ids += [value for name, value in attributes if name == "id"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "a":
            self.links.append(dict(attributes).get("href"))

    def handle_data(self, text):
        self.text += text

    def handle_endtag(self, tag):
        self.text += " " if tag in {"td", "th", "tr", "p", "li"} else ""


def rendered(graded=None, ledger=None, **about) -> str:
    ledger = example.ledger() if ledger is None else ledger
    return page.render(graded or example.graded(), example.about(**about), ledger)


def said(text: str) -> str:
    body = text[text.index("<body>") :]
    return re.sub(r"\s+", " ", Page(body).text)


def test_points_by_exercise_and_category():
    text = said(rendered())
    assert "8 of 13 points" in text
    assert "Exercise 1: the most probable path 3.5 / of 5" in text
    assert "one day ✓ right 0.75 / of 0.75" in text
    assert "models where A is not symmetric ✗ wrong 0 / of 0.75" in text
    assert "not reached ✗ not run 0 / of 3" in text
    assert "Your own words ◐ partly right 2.5 / of 3" in text
    assert "Total 8 / of 13" in text


def test_what_went_wrong():
    text = rendered()
    assert "There is a more probable path" in text
    assert "[0, 1, <mark>1</mark>, 0, 0, 1]" in text
    assert "[0, 1, <mark>0</mark>, 0, 0, 1]" in text
    assert "You read A[s, r]" in text
    assert "NameError: name &#39;count_hmm&#39; is not defined" in text


def test_a_visible_check_that_failed_is_called_so():
    ledger = example.ledger()
    failure = ledger["probes"]["ps03.count_hmm"]["failure"]
    failure["message"] = "AssertionError: the transitions are wrong"
    text = said(rendered(ledger=ledger))
    assert "the examples ✗ wrong 0 / of 3" in text
    assert "A check in the notebook failed the transitions are wrong" in text


def test_each_argument_and_row_stands_on_a_line_of_its_own():
    ledger = example.ledger()
    ledger["probes"]["ps03.viterbi"]["failure"]["question"] = "A = [[1, 0], [0, 1]], obs = [0, 2]"
    assert "A = [[1, 0],\n [0, 1]]\nobs = [0, 2]" in rendered(ledger=ledger)


@pytest.mark.parametrize(
    ("expected", "got", "marked"),
    [
        ("[1, 2]", "[1, 3]", ("[1, <mark>2</mark>]", "[1, <mark>3</mark>]")),
        ("[1, 2]", "[1, 25]", ("[1, <mark>2</mark>]", "[1, <mark>25</mark>]")),
        ("-0.5", "-0.51", ("<mark>-0.5</mark>", "<mark>-0.51</mark>")),
        ("1e-05", "1", ("<mark>1e-05</mark>", "<mark>1</mark>")),
        ("same", "same", ("same", "same")),
        ("[1]", "[1], 2", ("[1]", "[1]<mark>,</mark> 2")),
        ("<b>", "<i>", ("&lt;<mark>b</mark>&gt;", "&lt;<mark>i</mark>&gt;")),
    ],
)
def test_the_first_difference_is_marked(expected, got, marked):
    ledger = example.ledger()
    ledger["probes"]["ps03.viterbi"]["failure"] |= {"expected": expected, "got": got}
    text = rendered(ledger=ledger)
    for piece in marked:
        assert f'<pre tabindex="0">{piece}</pre>' in text


def test_remarks_late_penalty_and_comments():
    text = said(rendered(late_penalty=1.5))
    assert "was taken for ps03_hmm.ipynb" in text
    assert "handed in late: 1.5" in text
    assert "Handed in late −1.5" in text
    assert "Well put. Say also why the maximum" in text


def test_a_grade_set_by_hand_is_told_apart():
    graded = example.graded()
    cell = next(cell for cell in graded.cells if cell.id == "viterbi_unseen")
    cell.metadata.nbgrader.score = 3
    assert "Set by your instructor by hand 1.5" in said(rendered(graded))


def test_free_text_that_nobody_has_read_yet():
    graded = example.graded()
    cell = next(cell for cell in graded.cells if cell.id == "why")
    cell.metadata.nbgrader.score = None
    text = said(rendered(graded))
    assert "Your own words not graded yet – / of 3" in text
    assert "still to be read by your instructor" in text


def test_without_a_ledger_the_gradebook_is_told():
    text = said(rendered(ledger={}))
    assert "8 of 13 points" in text
    assert "Checks in the notebook ◐ partly right 1.5 / of 3" in text


def test_hidden_tests_are_never_shown():
    text = rendered()
    for secret in ("probe(", "HIDDEN TESTS", "ps03.viterbi"):
        assert secret not in text
    assert "is judged here on unseen cases" in text


def test_a_students_markers_are_no_markers_of_ours():
    """nbgrader's own step fails on these, and hides what follows them."""
    marker = new_code_cell("### BEGIN HIDDEN TESTS\nmine = 1", id="student-1")
    assert "mine" in rendered(example.graded([marker]))


def test_headings_descend_one_level_at_a_time():
    deep = new_markdown_cell("###### Deep\n\n# High\n\n#### Deeper", id="student-1")
    levels = Page(rendered(example.graded([deep]))).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_link_within_the_page_leads_somewhere():
    parsed = Page(rendered())
    inner = [link[1:] for link in parsed.links if link.startswith("#")]
    assert len(inner) == 2
    assert set(inner) <= set(parsed.ids)
    assert len(parsed.ids) == len(set(parsed.ids))


def test_tables_can_be_read_aloud():
    text = rendered()
    summary = text[text.index("<table") : text.index("</table>")]
    assert "<caption" in summary
    assert all("scope=" in tag for tag in re.findall(r"<th\b[^>]*>", summary))
    assert '<html lang="en">' in text


def hostile_submission(payload: str):
    """Return a graded notebook and a ledger with one text wherever a student can put one."""
    attachments = {
        "a.png": {"image/png": example.PIXEL},
        "a.svg": {"image/svg+xml": hostile_html.SVG},
    }
    kinds = (
        "text/html",
        "text/plain",
        "text/markdown",
        "text/latex",
        "image/svg+xml",
        "image/png",
        "application/javascript",
        "application/json",
        "application/vnd.jupyter.widget-view+json",
    )
    outputs = [new_output("display_data", {kind: payload}) for kind in kinds]
    outputs += [
        new_output("display_data", {"image/png": example.PIXEL, "text/plain": payload}),
        new_output("display_data", {"text/html": f"<table><tr><td>{payload}</td></tr></table>"}),
        new_output("display_data", {"text/html": f"<table {payload}></table>"}),
        new_output("stream", name="stdout", text=payload),
        new_output("stream", name="stderr", text=payload),
        new_output("error", ename=payload, evalue=payload, traceback=[payload]),
    ]
    graded = example.graded(
        [
            new_markdown_cell(payload, id="student-1", attachments=attachments),
            new_code_cell(payload, id="student-2", outputs=outputs, metadata={"any": payload}),
            new_raw_cell(payload, id="student-3"),
        ]
    )
    # Of the problem set itself only what the ledger speaks of: the page is opened many times.
    graded.cells = [
        cell for cell in graded.cells if cell.cell_type != "markdown" or cell.id[:7] == "student"
    ]
    why = example.own_cells()[1]
    why.source = why.metadata.nbgrader.comment = payload
    graded.cells.append(why)
    ledger = example.ledger()
    ledger["remarks"] = [payload]
    failure = ledger["probes"]["ps03.viterbi"]["failure"]
    for key in ("category", "kind", "message", "question", "expected", "misconception"):
        failure[key] = payload
    failure["got"] = f"x{payload}"
    return graded, ledger


@pytest.mark.parametrize("payload", hostile_html.HTML + hostile_html.MARKDOWN)
def test_nothing_a_student_wrote_is_live(payload):
    graded, ledger = hostile_submission(payload)
    start = time.perf_counter()
    text = rendered(graded, ledger, student=payload)
    assert time.perf_counter() - start < 30, "no text takes minutes to clean"
    assert len(text.encode()) < 1_000_000
    parsed = Page(text)
    assert set(parsed.tags) <= TAGS
    for tag, name, value in parsed.attributes:
        known = name in EVERYWHERE | ALLOWED.get(tag, set())
        assert known or (tag, name) == ("i", "style"), (tag, name, value)
        if name == "src":
            assert re.fullmatch(r"data:image/(png|jpeg|gif|webp);base64,[\w+/=]*", value)
    for link in parsed.links:
        assert link is None or link.startswith(("#exercise-", "https://", "mailto:")), link


def test_the_policy_forbids_scripts_and_loading():
    assert (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
        in rendered()
    )


def test_a_picture_is_one():
    assert harmless.picture("image/png", example.PIXEL).startswith("data:image/png;base64,iVBOR")
    for kind, data in [
        ("image/svg+xml", example.PIXEL),
        ("image/jpeg", example.PIXEL),
        ("image/png", example.PIXEL + '"><script>'),
        ("image/png", "PHNjcmlwdD4="),
        ("image/png", {"a": 1}),
        ("image/png", None),
    ]:
        assert harmless.picture(kind, data) is None


def test_huge_submissions_make_small_pages():
    picture = example.picture_of(210_000)
    text = "word <b> & " * 20_000
    outputs = [
        new_output("display_data", {"image/png": picture}),
        new_output("stream", name="stdout", text=text),
        new_output("display_data", {"text/html": f"<table><tr><td>{text}</td></tr></table>"}),
    ]
    cells = [
        maker(text, id=f"student-{number}")
        for number in range(60)
        for maker in (new_code_cell, new_markdown_cell, new_raw_cell)
    ]
    for cell in cells[::3]:
        cell.outputs = outputs
    start = time.perf_counter()
    made = rendered(example.graded(cells))
    assert time.perf_counter() - start < 20
    assert len(made.encode()) < 1_000_000
    assert "The rest of the notebook was left out" in made
    assert "characters more were left out" in made
    assert "What to look at" in made


def test_many_cells_and_outputs_make_small_pages_too():
    output = new_output("stream", name="stdout", text="a")
    cells = [new_code_cell("x", id=f"student-{number}") for number in range(900)]
    for cell in cells:
        cell.outputs = [output] * 21
    made = rendered(example.graded(cells))
    assert len(made.encode()) < 1_000_000
    assert "1 outputs more." in made
    assert "The rest of the notebook was left out" in made


def test_a_picture_too_large_is_named():
    output = new_output("display_data", {"image/png": example.picture_of(400_000)})
    made = rendered(example.graded([new_code_cell("plot()", id="student-1", outputs=[output])]))
    assert "A picture of 400 kB was left out." in made
    assert len(made) < 100_000


def test_a_refusal_says_that_it_is_no_zero():
    made = page.refusal("ps03_hmm", "<ada>", "There is no notebook <b>ps03_hmm.ipynb</b>.")
    assert "There is no notebook &lt;b&gt;ps03_hmm.ipynb&lt;/b&gt;." in made
    assert "not a score of zero" in made
    assert set(Page(made).tags) <= TAGS


def test_names_keep_their_letters_and_an_empty_function_is_called_so():
    ledger = example.ledger()
    failure = ledger["probes"]["ps03.count_hmm"]["failure"]
    failure["message"] = "dW_x[0, 0] should be 2, got 3"
    assert "dW_x[0, 0] should be 2, got 3" in said(rendered(ledger=ledger))
    failure |= {"kind": "exception", "message": "NotImplementedError"}
    assert "The function is not written yet" in said(rendered(ledger=ledger))
