"""Print the built site as one PDF, with page numbers, bookmarks, and links that lead.

python -m tools.pdf [student]
"""

from __future__ import annotations

import mimetypes
import shutil
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
from playwright.sync_api import Page, Route, TimeoutError, sync_playwright

import course_lib
from tools.build_book import OUTPUTS
from tools.pdf.one_page import one_page

BROWSERS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
HOST = "http://book.invalid"
PATIENCE = 120_000  # milliseconds
PAPER = {"prefer_css_page_size": True, "print_background": True}
# The places for page numbers, filled, and nothing else.
NUMBERS_ALONE = """(numbers) => {
    document.querySelectorAll("article").forEach((article) => article.remove());
    for (const place of document.querySelectorAll(".number")) {
        place.textContent = numbers[place.dataset.of];
    }
    document.body.classList.add("numbers-alone");
    const bare = document.createElement("style");
    bare.textContent = "@page { @bottom-center { content: none; } }";
    document.head.append(bare);
}"""
NOT_DRAWN = "figure.explorable[data-module] > .explorable-fallback:not([hidden])"


def main(edition: str) -> None:
    site = OUTPUTS[edition] / "_build" / "html"
    if not (site / "index.html").exists():
        sys.exit("There is no built site yet. First: make book")
    print("Printing the book", flush=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 673, "height": 1000})  # A4 within its margins
        open_book(page, site)
        headings = page.locator("article").locator("h1, h2, h3, h4, h5, h6").all_inner_texts()
        book = pikepdf.open(BytesIO(page.pdf(**PAPER, tagged=True, outline=True)))
        page.evaluate(NUMBERS_ALONE, page_numbers(book))
        numbers = pikepdf.open(BytesIO(page.pdf(**PAPER)))
        browser.close()
    for under, over in zip(book.pages, numbers.pages, strict=False):
        under.add_overlay(over)
    mend_bookmarks(book, headings)
    book.docinfo["/Author"] = "Hidden States contributors"
    book.docinfo["/Creator"] = "Hidden States"
    target = site.parent / "hidden-states.pdf"
    book.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    print(f"{target}, {len(book.pages)} pages")


def program() -> str:
    """Return where Chromium is."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or sys.exit(f"Install one of {', '.join(BROWSERS)}: it prints the book.")


def open_book(page: Page, site: Path) -> None:
    """Open the whole site as one page, and wait until its figures are drawn."""
    html = one_page(site, course_lib.__version__)

    def answer(route: Route) -> None:
        path = site / route.request.url.removeprefix(f"{HOST}/").partition("?")[0]
        if path.name == "paper.html":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif path.is_file():
            kind = mimetypes.guess_type(path.name)[0]
            route.fulfill(body=path.read_bytes(), content_type=kind)
        else:
            route.abort()

    page.emulate_media(media="print", color_scheme="light")
    page.route("**/*", answer)
    page.goto(f"{HOST}/paper.html", timeout=PATIENCE)
    try:
        page.wait_for_function(f"!document.querySelector('{NOT_DRAWN}')", timeout=PATIENCE)
    except TimeoutError:
        left = page.locator("figure.explorable", has=page.locator(NOT_DRAWN.split(" > ")[1]))
        names = [figure.get_attribute("data-module") for figure in left.all()]
        sys.exit(f"These figures were not drawn: {', '.join(names)}. Look at them: make site")
    page.evaluate("() => document.fonts.ready.then(() => true)")


def page_numbers(book: pikepdf.Pdf) -> dict[str, int]:
    """Return on which page of a PDF each named place is."""
    pages = {page.objgen: number for number, page in enumerate(book.pages, 1)}
    return {
        name.removeprefix("/"): pages[place[0].objgen] for name, place in book.Root.Dests.items()
    }


def mend_bookmarks(book: pikepdf.Pdf, headings: list[str]) -> None:
    """Give bookmarks the words of their headings.

    Chromium joins the words of a heading where its lines break, and says some lines twice.
    """
    with book.open_outline() as outline:
        bookmarks = list(below(outline.root))
        if len(bookmarks) != len(headings):
            sys.exit(f"{len(headings)} headings got {len(bookmarks)} bookmarks; each needs one.")
        for bookmark, heading in zip(bookmarks, headings, strict=True):
            bookmark.title = " ".join(heading.split())


def below(bookmarks: list[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    """Yield bookmarks, and all that are below them."""
    for bookmark in bookmarks:
        yield bookmark
        yield from below(bookmark.children)


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "instructor")
