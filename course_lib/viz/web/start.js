// On a page without a kernel: give every figure's drawing module the frames stored for it. Figures
// near the window come first; the others wait until the page itself is ready.

/** What a drawing module needs of a widget's model, over stored data. */
function storedModel(data) {
  const listeners = new Map();
  const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
  return {
    get: (name) => data[name],
    set(name, value) {
      if (data[name] === value) return;
      data[name] = value;
      [...of(`change:${name}`)].forEach((listener) => listener());
    },
    on: (event, listener) => of(event).add(listener),
    off: (event, listener) => of(event).delete(listener),
    save_changes() {},
  };
}

/** What is stored in a figure, and in the file of its frames if it has one. */
async function dataOf(figure) {
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const file = figure.dataset.frames;
  return file ? { ...data, frames: await (await fetch(file)).json() } : data;
}

/** Where the browser does not do so itself: what is read stays in place if a figure above it grows. */
function keepPlace(figure, before) {
  if (before.bottom > 0 || CSS.supports("overflow-anchor", "auto")) return;
  scrollBy({ top: figure.getBoundingClientRect().height - before.height, behavior: "instant" });
}

async function start(figure) {
  waiting.delete(figure);
  near.unobserve(figure);
  const stage = document.createElement("div");
  try {
    const data = await dataOf(figure);
    const module = await import(new URL(`./${figure.dataset.module}.js`, import.meta.url));
    figure.append(stage);
    const before = figure.getBoundingClientRect();
    await module.default.render({ model: storedModel(data), el: stage });
    figure.querySelector(".explorable-fallback").hidden = true;
    keepPlace(figure, before);
  } catch {
    stage.remove(); // The table that was there before still tells the result.
  }
}

/** Start the figures nobody has come near to, one at a time, whenever there is nothing else to do. */
async function startTheRest() {
  const soon = window.requestIdleCallback ?? ((work) => setTimeout(work, 100));
  for (const figure of waiting) {
    await new Promise(soon);
    if (waiting.has(figure)) await start(figure);
  }
}

const waiting = new Set(document.querySelectorAll("figure.explorable[data-module]"));
const near = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => start(one.target)),
  { rootMargin: "50%" },
);
waiting.forEach((figure) => near.observe(figure));
if (document.readyState === "complete") startTheRest();
else window.addEventListener("load", startTheRest);
