"""The trellis as a reader meets it: mouse, keys, phone, dark, no script, and with a kernel."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest
from playwright.sync_api import expect

from course_lib import data, hmm
from course_lib.viz.explorable import bundle
from course_lib.viz.trellis import trellis

pytestmark = pytest.mark.browser


@pytest.fixture
def figure(page, address):
    """The ice-cream trellis on a page, drawn."""
    page.goto(address(trellis()))
    return drawn(page)


def drawn(page, nth=0):
    figure = page.locator(".explorable").nth(nth)
    figure.locator(".cell").first.wait_for()
    return figure


def slider(figure):
    return figure.get_by_role("slider", name="Step")


def cell(figure, start: str):
    return figure.locator(f'.cell[aria-label^="{start}"]')


def cones(figure, day: int, count: str):
    return figure.get_by_role("group", name=f"cones on day {day}").get_by_role("radio", name=count)


def choose_cones(figure, *counts: int):
    for day, count in enumerate(counts, start=1):
        name = "1 cone" if count == 1 else f"{count} cones"
        cones(figure, day, name).locator("..").click()


def path(figure) -> str:
    return " ".join(figure.locator("p.best").inner_text().split())


def equation(figure) -> str:
    return figure.locator(".equation").inner_text()


# Days


def test_dragging_the_slider_to_the_end_traces_the_path(figure, page):
    assert path(figure) == "Best path ? ? ?"
    box = slider(figure).bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 2 / 6, middle)
    page.mouse.down()
    for part in (0.5, 0.7, 1.0):
        page.mouse.move(box["x"] + box["width"] * part, middle)
    page.mouse.up()
    assert slider(figure).input_value() == "6"
    assert path(figure) == "Best path C C C P = 0.032"
    assert figure.locator("rect.marker.path").count() == 4
    assert figure.locator(".arrow.path").count() == 4


def test_arrow_keys_on_the_slider_go_through_the_days(figure, page):
    slider(figure).focus()
    page.keyboard.press("Home")
    assert figure.locator(".cell.reached").count() == 0
    assert "Nothing is read yet" in figure.locator(".status").inner_text()
    seen = []
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        seen.append((figure.locator(".cell.reached").count(), path(figure)))
    assert seen == [
        (2, "Best path ? ? ?"),
        (4, "Best path ? ? ?"),
        (6, "Best path ? ? ?"),
        (7, "Best path ? ? C P = 0.032"),
        (7, "Best path ? C C P = 0.032"),
        (7, "Best path C C C P = 0.032"),
    ]
    page.keyboard.press("ArrowLeft")
    assert path(figure) == "Best path ? C C P = 0.032"


def test_the_buttons_step_and_stop_at_either_end(figure):
    back, on = (figure.get_by_role("button", name=name) for name in ("Step back", "Step on"))
    for _ in range(5):
        on.click(force=True)  # It says that it is disabled, so that it can keep the focus.
    assert slider(figure).input_value() == "6"
    assert on.get_attribute("aria-disabled") == "true"
    for _ in range(8):
        back.click(force=True)
    assert slider(figure).input_value() == "0"
    assert back.get_attribute("aria-disabled") == "true"
    assert on.get_attribute("aria-disabled") == "false"


def test_what_is_not_reached_shows_no_score(figure):
    assert cell(figure, "Day 2, cold").locator(".score").is_visible()
    assert not cell(figure, "Day 3, cold").locator(".score").is_visible()
    assert cell(figure, "Day 3, cold").get_attribute("tabindex") is None
    cell(figure, "Day 3, cold").click()
    assert equation(figure).startswith("score₂(C)")


# Choices


def test_other_cones_by_mouse(figure):
    slider(figure).fill("6")
    choose_cones(figure, 3, 3, 2)
    assert path(figure) == "Best path H H H P = 0.03136"


def test_other_cones_by_keys_keep_the_focus(figure, page):
    slider(figure).fill("6")
    cones(figure, 1, "1 cone").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert cones(figure, 1, "3 cones").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert cones(figure, 2, "3 cones").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert cones(figure, 3, "2 cones").is_checked()
    assert path(figure) == "Best path H H H P = 0.03136"


def test_another_table_by_keys_keeps_days_and_cell(figure, page):
    slider(figure).fill("3")
    cell(figure, "Day 2, hot").click()
    menu = figure.get_by_label("Probabilities")
    menu.focus()
    page.keyboard.press("ArrowDown")
    assert menu.input_value() == "Slides, with STOP"
    assert slider(figure).input_value() == "3"
    assert equation(figure) == "score₂(H) = max(0.35 × 0.1, 0.05 × 0.8) × 0.2 = 0.008"
    slider(figure).fill("4")
    assert equation(figure) == "best = max(0.03136 × 0.1, 0.00064 × 0.1) = 0.003136"
    assert "With STOP, the best end is C" in figure.locator(".status").inner_text()
    menu.select_option("Counted from the diary")
    assert path(figure) == "Best path ? ? C P ≈ 0.0169"


def test_every_score_on_the_page_is_that_of_course_lib(figure):
    models = [
        data.ice_cream(),
        data.ice_cream(stop=True),
        hmm.fit_supervised(*data.ice_cream_diary(), 2, 3),
    ]
    slider(figure).fill("4")
    for table, x in [(0, (2, 0, 1)), (1, (0, 2, 2)), (2, (2, 2, 0)), (2, (0, 0, 0))]:
        figure.get_by_label("Probabilities").select_option(index=table)
        choose_cones(figure, *(m + 1 for m in x))
        found = hmm.viterbi(models[table], x)
        for (t, k), score in np.ndenumerate(np.exp(found.scores)):
            shown = cell(figure, f"Day {t + 1}, {('cold', 'hot')[k]}").locator(".score")
            assert float(shown.text_content()) == pytest.approx(score, rel=5e-4)
        end = cell(figure, "STOP" if table == 1 else "End").locator(".score").text_content()
        assert float(end) == pytest.approx(np.exp(found.log_prob), rel=5e-4)


# The formula of a cell


def test_a_cell_tells_its_formula_and_where_its_numbers_stand(figure):
    cell(figure, "Day 2, cold").click()
    assert equation(figure) == "score₂(C) = max(0.25 × 0.8, 0.05 × 0.2) × 0.4 = 0.08"
    assert figure.locator("mark").all_inner_texts() == ["0.25 × 0.8"]
    words = figure.locator(".formula li").all_inner_texts()
    assert [" ".join(line.split()) for line in words] == [
        "✓ 0.25 × 0.8 = 0.2 score₁(C) × P(cold → cold)",
        "0.05 × 0.2 = 0.01 score₁(H) × P(hot → cold)",
        "× 0.4 P(2 cones | cold)",
    ]
    assert figure.locator("td.used").all_inner_texts() == ["0.8", "0.4", "0.2"]
    assert figure.locator("td.won").all_inner_texts() == ["0.8", "0.4"]
    assert figure.locator(".arrow.into").count() == 2
    assert figure.locator(".arrow.into.won text").all_text_contents() == ["0.2"]
    spoken = figure.locator("[aria-live]").text_content()
    assert "score₂(C) = max(0.25 × 0.8, 0.05 × 0.2) × 0.4 = 0.08" in spoken


def test_rounded_numbers_are_not_called_equal(figure):
    figure.get_by_label("Probabilities").select_option("Counted from the diary")
    assert equation(figure).endswith("× 0.4545 ≈ 0.06198")


def test_arrow_keys_go_from_cell_to_cell(figure, page):
    slider(figure).fill("4")
    focused = figure.locator(".cell:focus")
    cell(figure, "End").focus()
    visited = []
    for key in ("Left", "Down", "Left", "Left", "Left", "Up", "Up", "Right", "Right", "Right"):
        page.keyboard.press(f"Arrow{key}")
        visited.append(focused.get_attribute("aria-label").split(":")[0])
    assert visited == [
        "Day 3, cold",
        "Day 3, hot",
        "Day 2, hot",
        "Day 1, hot",
        "Day 1, hot",
        "Day 1, cold",
        "Day 1, cold",
        "Day 2, cold",
        "Day 3, cold",
        "End",
    ]
    assert figure.locator('.cell[tabindex="0"]').count() == 1
    slider(figure).fill("2")
    cell(figure, "Day 2, hot").focus()
    page.keyboard.press("ArrowRight")
    assert focused.get_attribute("aria-label").startswith("Day 2, hot: score 0.01, best from cold")


def test_a_tie_is_told(page, address):
    even = hmm.HMM([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]], [[0.5, 0.5], [0.5, 0.5]])
    page.goto(address(trellis(even, [0, 1])))
    figure = drawn(page)
    rows = figure.locator(".formula li").all_inner_texts()
    assert "a tie: the first state is kept" not in rows[0]
    assert "a tie: the first state is kept" in rows[1]


def test_observations_that_cannot_be_have_no_path(page, address):
    page.goto(address(trellis(hmm.HMM([1, 0], [[1, 0], [0, 1]], [[1, 0], [0, 1]]), [0, 1])))
    figure = drawn(page)
    slider(figure).fill("4")
    assert figure.locator(".status").inner_text() == "No path can give these observations."
    assert path(figure) == "Best path ? ? P = 0"
    assert figure.locator(".path").count() == 0


def test_many_days_scroll_and_are_in_logarithms(page, address):
    x = np.arange(25) % 3
    page.goto(address(trellis(data.ice_cream(), x)))
    figure = drawn(page)
    slider(figure).fill("50")
    log_prob = hmm.viterbi(data.ice_cream(), x).log_prob
    assert path(figure) == f"Best path ln P ≈ −{-log_prob:.4g}"
    assert equation(figure) == "score₁(C) = ln 0.5 + ln 0.5 ≈ −1.386"
    slider(figure).fill("25")
    box, now = (figure.locator(where).first.bounding_box() for where in (".scroll", ".cell.focus"))
    assert box["x"] <= now["x"] <= box["x"] + box["width"] - now["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_many_states_and_symbols(page, address):
    rng = np.random.default_rng(0)
    names = ["low", "middle", "high"]
    model = hmm.HMM(
        rng.dirichlet(np.ones(3)),
        rng.dirichlet(np.ones(3), 3),
        rng.dirichlet(np.ones(5), 3),
        states=names,
        symbols=["a", "b", "c", "d", "e"],
    )
    figure_of_three = trellis({"one": model}, [4, 0])
    page.goto(address(figure_of_three))
    figure = drawn(page)
    assert not figure.get_by_label("Probabilities").is_visible()
    figure.get_by_label("seen on day 1").select_option("c")
    slider(figure).fill("4")
    best = [names[k] for k in hmm.viterbi(model, [2, 0]).path]
    assert path(figure).startswith(f"Best path {' '.join(best)} P")


# Pages


def test_without_javascript_the_table_stands(new_page, address):
    page = new_page(java_script_enabled=False)
    page.goto(address(trellis()))
    figure = page.locator("figure.explorable")
    assert "the best path for 1, 2, 1 is C C C, probability 0.032" in figure.inner_text()
    assert figure.locator("td").nth(1).inner_text() == "0.08"
    height = figure.bounding_box()["height"]
    assert height < 300, "no room is kept for a drawing that cannot come"


@pytest.mark.parametrize("module", ["throw new Error('broken')", "export default {}", "("])
def test_a_drawing_that_fails_leaves_the_table_and_a_clean_console(page, address, module):
    page.route(
        "**/trellis.js", lambda route: route.fulfill(body=module, content_type="text/javascript")
    )
    page.goto(address(trellis()))
    page.wait_for_load_state("networkidle")
    figure = page.locator("figure.explorable")
    assert figure.locator(".explorable-fallback").is_visible()
    assert figure.locator("> div").count() == 1


def test_figures_on_one_page_do_not_meddle(page, address):
    page.goto(address(trellis(), trellis(observations=[2, 2, 1])))
    first, second = drawn(page, 0), drawn(page, 1)
    slider(first).fill("6")
    choose_cones(first, 3, 1, 1)
    assert slider(second).input_value() == "2"
    assert [cones(second, d, "3 cones").is_checked() for d in (1, 2, 3)] == [True, True, False]
    slider(second).fill("6")
    assert path(second) == "Best path H H H P = 0.03136"
    assert cones(first, 1, "3 cones").is_checked()


def test_a_figure_hidden_at_first_is_drawn_when_shown(page, address):
    target = address(trellis())
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded',"
        " () => { document.querySelector('figure').style.display = 'none'; });"
    )
    page.goto(target)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelector('figure').style.display = ''")
    assert drawn(page).locator(".cell.reached").count() == 4


@pytest.mark.parametrize("width", [360, 620, 900])
def test_nothing_on_the_page_jumps(new_page, address, width):
    target = address(trellis())
    before = new_page(width)
    before.route(
        "**/start.js", lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    before.goto(target)
    height = before.locator("figure").bounding_box()["height"]
    page = new_page(width)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach("
        "(entry) => { window.shift += entry.value; })).observe({ type: 'layout-shift' });"
    )
    page.goto(target)
    figure = drawn(page)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") == 0
    heights = set()
    for table, step in product(range(3), range(7)):
        figure.get_by_label("Probabilities").select_option(index=table)
        slider(figure).fill(str(step))
        heights.add(figure.bounding_box()["height"])
    assert heights == {height}


def test_a_phone_shows_all_of_it_in_letters_one_can_read(new_page, address):
    page = new_page(360)
    page.goto(address(trellis()))
    figure = drawn(page)
    for table in range(3):
        figure.get_by_label("Probabilities").select_option(index=table)
        slider(figure).fill("6")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        wide = page.evaluate(
            "[...document.querySelectorAll('.scroll')]"
            ".filter((box) => box.scrollWidth > box.clientWidth).length"
        )
        assert wide == 0, "something has to be scrolled sideways"
        sizes = page.evaluate(
            "[...document.querySelectorAll('.explorable *')]"
            ".filter((node) => [...node.childNodes].some((one) => one.nodeType === 3))"
            ".map((node) => parseFloat(getComputedStyle(node).fontSize))"
        )
        assert min(sizes) >= 11


# For each visible text: its colour against the nearest background behind it.
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgb(colour).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    const face = node.closest('.cell')?.querySelector('.face');
    if (face) return getComputedStyle(face).fill;
    for (let one = node; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (rgb(colour)[3] > 0) return colour;
    }
  };
  const texts = [...document.querySelectorAll('.explorable *')].filter((node) =>
    [...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim())
    && node.checkVisibility({ visibilityProperty: true })
    && !node.closest('script, [aria-disabled=true]'));
  return texts.map((node) => {
    const style = getComputedStyle(node);
    const ink = node.namespaceURI.endsWith('svg') ? style.fill : style.color;
    const [low, high] = [light(ink), light(behind(node))].sort((a, b) => a - b);
    return [(high + 0.05) / (low + 0.05), node.textContent];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_what_is_behind_them(new_page, address, scheme):
    page = new_page(color_scheme=scheme)
    page.goto(address(trellis()))
    figure = drawn(page)
    for step in ("0", "2", "6"):
        slider(figure).fill(step)
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 30
        assert min(contrasts)[0] >= 4.5, min(contrasts)


@pytest.mark.parametrize(
    ("system", "setting", "dark"),
    [
        ("light", None, False),
        ("dark", None, True),
        ("dark", "document.documentElement.dataset.theme = 'light'", False),
        ("light", "document.documentElement.dataset.theme = 'dark'", True),
        ("dark", "document.body.dataset.jpThemeLight = 'true'", False),
        ("light", "document.body.dataset.jpThemeLight = 'false'", True),
    ],
)
def test_light_and_dark_follow_the_page_and_else_the_system(
    new_page, address, system, setting, dark
):
    page = new_page(color_scheme=system)
    page.goto(address(trellis()))
    figure = drawn(page)
    if setting:
        page.evaluate(setting)
    colour = figure.evaluate("(node) => getComputedStyle(node).backgroundColor")
    assert colour == ("rgb(23, 28, 34)" if dark else "rgb(255, 255, 255)")


# A live kernel. The joined module is handed a model whose other side is the real Python object.

LIVE = """async ({ css, state }) => {
  const listeners = {};
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; changed.add(name); },
    on: (event, listener) => (listeners[event] ??= []).push(listener),
    off: () => {},
    save_changes: async () => {
      const sent = Object.fromEntries([...changed].map((name) => [name, state[name]]));
      changed.clear();
      for (const [name, value] of Object.entries(await window.kernel(sent))) {
        state[name] = value;
        (listeners[`change:${name}`] ?? []).forEach((listener) => listener());
      }
    },
  };
  const changed = new Set();
  document.head.append(Object.assign(document.createElement('style'), { textContent: css }));
  const module = await import('/joined.js');
  const el = document.body.appendChild(document.createElement('div'));
  window.cleanUp = await module.default.render({ model, el });
}"""


def test_with_a_kernel_any_length_can_be_asked_for(page, address):
    widget = trellis()
    names = ("settings", "frames", "choice", "step", "live")

    def kernel(sent):
        before = {name: getattr(widget, name) for name in names}
        widget.set_state(sent)
        after = {name: getattr(widget, name) for name in names}
        return {name: after[name] for name in names if after[name] != before[name]}

    page.goto(address())
    page.expose_function("kernel", kernel)
    state = {name: getattr(widget, name) for name in names}
    joined = {"body": bundle("trellis"), "content_type": "text/javascript"}
    page.route("**/joined.js", lambda route: route.fulfill(**joined))
    page.evaluate(LIVE, {"css": str(widget._css), "state": state})
    figure = drawn(page)
    figure.get_by_role("button", name="One day more").click()
    shown(figure, days=4)
    assert widget.choice == "0:0,1,0,0"
    slider(figure).fill("5")
    cones(figure, 4, "3 cones").locator("..").click()
    shown(figure, best=np.exp(hmm.viterbi(data.ice_cream(), [0, 1, 0, 2]).log_prob))
    figure.get_by_label("Probabilities").select_option("Slides, with STOP")
    shown(figure, best=np.exp(hmm.viterbi(data.ice_cream(stop=True), [0, 1, 0, 2]).log_prob))
    assert widget.choice == "1:0,1,0,2"
    for days in (3, 2, 1):
        figure.get_by_role("button", name="One day less").click()
        shown(figure, days=days)
    assert figure.get_by_role("button", name="One day less").is_disabled()
    assert widget.choice == "1:0"
    assert figure.get_attribute("class") == "explorable"
    page.evaluate("window.cleanUp()")


def shown(figure, days=None, best=None):
    """Wait until a live figure shows so many days, or this best probability at the end."""
    if days is not None:
        expect(figure.locator(".radios")).to_have_count(days)
    if best is not None:
        end = figure.locator(".cell").last
        expect(end).to_have_attribute("aria-label", re.compile(f"best {best:.4g}$"))


def test_what_is_not_reached_yet_is_neither_reached_by_tab_nor_told(page, address):
    page.goto(address(trellis()))
    figure = drawn(page)
    slider(figure).focus()
    met = []
    for _ in range(30):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''"))
    cells = figure.locator(".cell").all()
    reached = [cell.get_attribute("aria-label") for cell in cells if "reached" in classes(cell)]
    others = [cell for cell in cells if "reached" not in classes(cell)]
    assert reached
    assert others
    assert not {cell.get_attribute("aria-label") for cell in others}.intersection(met)
    assert all(cell.get_attribute("aria-hidden") == "true" for cell in others)


def classes(cell) -> list[str]:
    return cell.get_attribute("class").split()
