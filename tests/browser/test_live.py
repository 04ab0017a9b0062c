"""Every explorable in a live notebook: it draws, and the kernel answers what was not stored."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from course_lib import viz
from tests.browser.conftest import watch
from tests.browser.jupyter import DONE, ERROR, lab, open_notebook, run_all

VIZ = Path(viz.__file__).parent
pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Below a figure stands what Python knows of it, and all frames but the one shown are forgotten.
BEGIN = """
import numpy as np
from IPython.display import display
from ipywidgets import Label

def alive(figure):
    label = Label(figure.choice)
    label.add_class("known")
    figure.observe(lambda change: setattr(label, "value", change["new"]), "choice")
    display(figure, label)
    figure.frames = {figure.choice: figure.frames[figure.choice]}
"""


def first(menu: str):
    """Choose the first entry of a menu."""
    return lambda figure: figure.get_by_role("combobox", name=menu, exact=True).select_option(
        index=0
    )


def last(menu: str):
    """Choose the last entry of a menu."""

    def choose(figure):
        select = figure.get_by_role("combobox", name=menu, exact=True)
        select.select_option(index=select.locator("option").count() - 1)

    return choose


def press(*buttons: str):
    """Press buttons, of those with the same name the first."""

    def act(figure):
        for name in buttons:
            figure.get_by_role("button", name=name).first.click()

    return act


def slide(name: str):
    """Move a slider to its end."""
    return lambda figure: figure.get_by_role("slider", name=name, exact=True).press("Home")


def another_walk(figure):
    figure.get_by_role("slider", name="Step").press("End")  # Many begin alike.
    last("Walk")(figure)


def other_price(figure):
    price = figure.get_by_role("spinbutton")
    price.fill("")
    price.press_sequentially("7.25")
    price.press("Enter")


def other_day(figure):
    figure.get_by_role("group", name="Record 1").get_by_role("button").nth(4).click()


def pixel(figure):
    figure.locator(".picture svg g").nth(14).click()


# For each explorable: what a notebook needs for it, as little to learn as can be; how it is made;
# and what a reader changes.
EXPLORABLES = {
    "walk": ("", "walk()", another_walk),
    "die": ("", "die()", press("Another text")),
    "trellis": ("", "trellis()", press("One day more")),
    "forward_backward": ("", "forward_backward()", press("One day more")),
    "learning": ("", "learning()", other_day),
    "one_neuron": ("", "one_neuron()", slide("w₂")),
    "perceptron": ("", "learning()", last("Examples")),
    "polygon_nets": ("", "polygon_nets()", last("Map")),
    "passes": ("", "passes()", last("Updates")),
    "reverse_mode": ("", "reverse_mode()", other_price),
    "race": ("", "race()", last("Surface")),
    "encoder": ("", "encoder()", last("Start")),
    "analogies": (
        "from course_lib.viz import analogies as few\nfew.SIZES = (2, 3)",
        "analogies()",
        first("Numbers a word"),
    ),
    "sliding": ("", "sliding()", pixel),
    "knobs": (
        "from course_lib.conv import LeNet5",
        "knobs({'untaught': LeNet5(rng=1)}, [3])",
        slide("scale"),
    ),
    "fading": ("", "fading()", last("Night")),
    "gates": ("", "gates()", press("forget gate f, hour 3")),
    "writers": (
        "from course_lib.rnn_lm import RNNLanguageModel\n"
        "verses = ['one verse of at least some letters', 'and another one that is as long'] * 4\n"
        "letters = ''.join(sorted({'\\n', *''.join(verses)}))\n"
        "network = RNNLanguageModel(len(letters), 4, 6, rng=1)",
        "writers(network, letters, verses, verses)",
        press("See them write", "Another text"),
    ),
    "beam": (
        "from course_lib.seq2seq import Seq2Seq",
        "beam_tree({'untaught': (Seq2Seq(4, 5, 6, 7, rng=3), [2, 0], 'abcde')}, 6)",
        last("Width"),
    ),
    "latent_plane": (
        "from course_lib.viz import latent_plane as few\nfew.STARTS, few.SEEN = 1, 200",
        "latent_plane()",
        last("Start"),
    ),
    "forgery": (
        "from course_lib.viz import forgery as few\nfew.STARTS, few.EPOCHS = 1, 3",
        "forgery()",
        last("Start"),
    ),
    "hopfield": ("", "hopfield()", pixel),
}
# What is drawn and told, without the controls and the random names of clips.
SHOWN = """(figure) => [...figure.querySelectorAll('svg, canvas, table, .written, .strip')]
    .map((node) => (node.tagName === 'CANVAS' ? node.toDataURL() : node.outerHTML))
    .join().replace(/plane-\\w+/g, '')"""


def test_each_explorable_of_the_library_is_here():
    kinds = {path.stem for path in VIZ.glob("*.py") if "(Explorable)" in path.read_text()}
    kinds |= {"forward_backward"}  # a kind of trellis
    assert set(EXPLORABLES) == kinds - {"explorable"}


@pytest.fixture(scope="module")
def notebook(browser, tmp_path_factory):
    """A live notebook, a cell for each explorable, and what its console complains of."""
    folder = tmp_path_factory.mktemp("live")
    cells = [BEGIN]
    for name, (needed, make, _) in EXPLORABLES.items():
        cells.append(
            f"{needed}\nfrom course_lib.viz.{name} import {make.partition('(')[0]}\nalive({make})"
        )
    kernel = {"name": "python3", "display_name": "Python 3"}
    written = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}
    )
    nbformat.write(written, folder / "all.ipynb")
    problems = []
    with lab(folder, folder) as address:
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        watch(page, problems)
        open_notebook(page, f"{address}/lab/tree/all.ipynb")
        run_all(page)
        page.wait_for_function(DONE, timeout=120_000)
        assert page.locator(ERROR).all_inner_texts() == []
        yield page, problems
        page.close()


@pytest.mark.parametrize("name", EXPLORABLES)
def test_the_kernel_answers_what_was_not_stored(notebook, name):
    page, problems = notebook
    problems.clear()
    cell = page.locator(".jp-CodeCell").nth(1 + list(EXPLORABLES).index(name))
    figure, known = cell.locator(".explorable"), cell.locator(".known")
    figure.scroll_into_view_if_needed()
    expect(figure.locator("figure"), "the widget, not the static page").to_have_count(0)
    before, key = figure.evaluate(SHOWN), known.inner_text()
    assert len(before) > 100
    EXPLORABLES[name][2](figure)
    expect(known, "the kernel has another frame").not_to_have_text(key, timeout=60_000)
    page.wait_for_function(
        f"([figure, before]) => ({SHOWN})(figure) !== before", arg=[figure.element_handle(), before]
    )
    assert problems == []
