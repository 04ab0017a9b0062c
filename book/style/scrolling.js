// What scrolls sideways can be reached by keys. The theme sees to code and tables, this to the rest.

const REGIONS = ".katex-display > .katex > .katex-html, .explorable-fallback, .explorable .scroll";
const FOCUSABLE = "a, button, input, select, [tabindex='0']";

function mark() {
  for (const region of document.querySelectorAll(REGIONS)) {
    const hides = region.scrollWidth > region.clientWidth && !region.querySelector(FOCUSABLE);
    region.toggleAttribute("tabindex", false);
    if (hides) region.tabIndex = 0;
  }
}

/** Once things are calm: measuring in between would make the browser lay out the page each time. */
let asked;
function later() {
  clearTimeout(asked);
  asked = setTimeout(mark, 300);
}

const drawn = new MutationObserver(later);
for (const figure of document.querySelectorAll("figure.explorable")) {
  drawn.observe(figure, { childList: true, subtree: true });
}
// What was folded away has no size until it is opened; this event does not rise by itself.
addEventListener("toggle", later, true);
addEventListener("resize", later);
addEventListener("load", later);
later();
