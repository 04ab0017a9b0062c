// The trellis as SVG: where cells and arrows stand, and what they are made of.
// Text keeps its size at every width; the gaps between the days give way.

import { format, formatShort, range, svg } from "./parts.js";

const ROW = 92; // From one state to the next.
const TALL = 52; // A cell.
const HEAD = 40; // From the top to the first state, under the days' names.
const MARGIN = 7; // What the marker stroke needs around the outermost cells.
const LEAN = 11; // Arrows from above arrive above the middle, arrows from below beneath it.
const COMPACT = { node: 48, start: 19, endGap: 26, end: 34, gap: 34 };
const ROOMY = { node: 72, start: 62, endGap: 56, end: 72, gap: 64 };

/** Where everything stands, for a width in pixels, n days and K states. Day n is the end. */
export function layout(width, n, K) {
  const least = ({ node, start, endGap, end, gap }) =>
    2 * MARGIN + start + n * node + (n - 1) * gap + endGap + end;
  const size = least(ROOMY) <= width ? ROOMY : COMPACT;
  const full = Math.max(width, least(size));
  const extra = Math.min(90, (full - least(size)) / (n - 0.5));
  const [gap, endGap] = [size.gap + extra, size.endGap + extra / 2];
  const first = (full - least({ ...size, gap, endGap })) / 2 + MARGIN + size.start + size.node / 2;
  const last = first + (n - 1) * (size.node + gap);
  const end = last + (size.node + size.end) / 2 + endGap;
  return {
    ...size, width: full, height: HEAD + (K - 1) * ROW + TALL + MARGIN,
    roomy: size === ROOMY, // Space for all digits.
    near: K === 2 && gap >= 80 ? Math.min(0.7, 1 - 26 / gap) : 0.5, // Of an arrow, its label.
    airy: K === 2 && gap >= 80, // Space for a label on every arrow.
    x: (t) => (t < n ? first + t * (size.node + gap) : end),
    y: (s) => HEAD + TALL / 2 + s * ROW,
    middle: HEAD + (TALL + (K - 1) * ROW) / 2,
    startX: first - size.node / 2 - size.start + 6,
  };
}

/** All cells and arrows of a scene, and the nodes to draw; `look(day, state)` hears of a cell. */
export function grid(scene, place, look) {
  const cells = allCells(scene, place, look);
  const arrows = allArrows(scene, place);
  const days = range(scene.n).map((t) =>
    svg("text", { class: "day", x: place.x(t), y: 18 }, `Day ${t + 1}`));
  const start = svg("circle", { class: "start", cx: place.startX, cy: place.middle, r: 5 });
  const markers = cells.map((cell) => cell.marker);
  const nodes = [...markers, ...arrows.map((one) => one.node), ...cells.map((one) => one.node)];
  return { cells, arrows, nodes: [...days, start, ...nodes] };
}

function allCells({ n, K, table, letter }, place, look) {
  const number = place.roomy ? (value) => format(value) : (value) => formatShort(value, 6);
  const cell = (day, state, y, width, name, shown) => {
    const chosen = () => look(day, state);
    return { day, state, ...box(place.x(day), y, width, name, shown, chosen) };
  };
  const cells = range(n).flatMap((t) => range(K).map((s) => {
    const made = cell(t, s, place.y(s), place.node, letter(s), number);
    made.node.classList.add(`state-${s % 6}`);
    return made;
  }));
  const last = table.stop ? "STOP" : "end";
  return [...cells, cell(n, 0, place.middle, place.end, last, place.roomy && number)];
}

function allArrows({ n, K, table }, place) {
  const number = place.roomy ? (value) => format(value) : (value) => formatShort(value, 5);
  const left = (t) => place.x(t) - (t < n ? place.node : place.end) / 2 - 1;
  const right = (t) => place.x(t) + place.node / 2 + 1;
  const outward = (s) => Math.sign(place.y(s) - place.middle);

  const starts = range(K).map((s) => {
    const label = place.roomy && { shown: number, aside: outward(s) };
    const made = arrow([place.startX + 6, place.middle], [left(0), place.y(s)], label);
    return { day: 0, from: s, to: s, ...made };
  });
  const moves = range(n - 1).flatMap((t) => range(K).flatMap((s) => range(K).map((r) => {
    const lean = LEAN * Math.sign(r - s);
    const label = { shown: number, at: r === s ? 0.5 : place.near };
    const made = arrow([right(t), place.y(r) - lean], [left(t + 1), place.y(s) + lean], label);
    return { day: t + 1, from: r, to: s, ...made };
  })));
  for (const { node, to } of [...starts, ...moves]) node.classList.add(`state-${to % 6}`);
  const ends = range(K).map((r) => {
    const label = place.roomy && table.stop
      && { shown: (value) => formatShort(value, 7), aside: outward(r) };
    const head = [left(n), place.middle + LEAN * outward(r)];
    const made = arrow([right(n - 1), place.y(r)], head, label);
    return { day: n, from: r, to: 0, ...made };
  });
  return [...starts, ...moves, ...ends];
}

/** A box with a name, and a number if it says how that is shown; its marker lies under the arrows.
    It has no listener for the focus: an SVG element with one can be reached by Tab at any time. */
function box(x, y, width, name, shown, look) {
  const shape = { x: x - width / 2, y: y - TALL / 2, width, height: TALL, rx: 12 };
  const score = svg("text", { class: "score", x, y: y + 16 });
  const node = svg("g", { class: "cell", role: "button", onclick: look },
    svg("rect", { class: "face", ...shape }),
    svg("text", { class: "name", x, y: y + (shown ? -5 : 5) }, name),
    score);
  const write = (value) => { score.textContent = shown ? shown(value) : ""; };
  return { node, write, marker: svg("rect", { class: "marker", ...shape }) };
}

/** An arrow with its head, a broad marker stroke under it, and a label on it or beside it. */
function arrow([x1, y1], [x2, y2], label) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const corner = (back, side) => `${x2 - back * ux - side * uy},${y2 - back * uy + side * ux}`;
  const line = { x1, y1, x2: x2 - 7 * ux, y2: y2 - 7 * uy };
  const shaft = svg("line", { class: "shaft", ...line });
  const node = svg("g", { class: "arrow", "aria-hidden": "true" },
    svg("line", { class: "marker", ...line }),
    shaft,
    svg("polygon", { points: `${x2},${y2} ${corner(9, 4.5)} ${corner(9, -4.5)}` }));
  const widen = (width) => { shaft.style.strokeWidth = width ?? ""; };
  if (!label) return { node, widen, write() {} };
  const { shown, at = 0.5, aside = 0 } = label;
  const above = aside === 0 && Math.abs(uy) < 0.05;
  const [x, y] = [x1 + at * (x2 - x1), y1 + at * (y2 - y1) + (above ? -7 : 4 + 15 * aside)];
  const text = svg("text", { x, y, class: above || aside ? "" : "on" });
  node.append(text);
  const write = (value) => { text.textContent = value === undefined ? "" : shown(value); };
  return { node, widen, write };
}
