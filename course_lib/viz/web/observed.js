// What was observed, as controls: each day's symbol under its column of the trellis.

import { html, menu, radios, range, svg } from "./parts.js";

const FEW = 4; // So many symbols are buttons; more are a menu.

/** How many lines the control of a day takes. */
export const lines = (symbols) => (symbols.length <= FEW ? symbols.length : 1);

/** The controls of all days; `choose(x)` is called with new observations, `can(x)` says which. */
export function observed({ x, word }, { symbols, seen, picture }, place, { choose, can, live }) {
  const put = (node, middle, width) => {
    Object.assign(node.style, { left: `${middle - width / 2}px`, width: `${width}px` });
    return node;
  };
  const names = symbols.map((_, m) => word.symbol(m));
  const controls = x.map((now, t) => {
    const instead = (m) => x.map((old, i) => (i === t ? m : old));
    const [enabled, change] = [(m) => can(instead(m)), (m) => choose(instead(m))];
    const label = `${seen} on day ${t + 1}`;
    const control = symbols.length <= FEW
      ? radios(label, symbols.map((symbol) => face(symbol, picture)), names, now, enabled, change)
      : menu(label, names, now, change, enabled);
    return put(control, place.x(t), place.node);
  });
  if (place.roomy) controls.push(put(html("span", { class: "seen" }, seen), place.startX + 24, 64));
  if (live) controls.push(put(longer(x, choose), place.x(x.length), 34));
  return controls;
}

/** One day more or less, where there is a kernel to ask. */
function longer(x, choose) {
  const button = (text, title, disabled, days) =>
    html("button", {
      type: "button", title, "aria-label": title, disabled, onclick: () => choose(days),
    }, text);
  return html("div", { class: "longer" },
    button("+", "One day more", false, [...x, x.at(-1)]),
    button("−", "One day less", x.length === 1, x.slice(0, -1)));
}

function face(symbol, picture) {
  if (picture !== "cone") return html("span", { class: "face" }, symbol);
  const cone = () => svg("svg", { viewBox: "0 0 12 18", width: 13, height: 19.5 },
    svg("path", { class: "waffle", d: "M1.5 7h9L6 17.5z" }),
    svg("path", { class: "scoop", d: "M.8 7.2a5.2 5.2 0 1 1 10.4 0z" }));
  return html("span", { class: "face" }, ...range(Number(symbol)).map(cone));
}
