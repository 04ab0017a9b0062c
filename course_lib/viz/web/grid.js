// The trellis as SVG: where cells and arrows stand, and what they are made of.
// Text keeps its size at every width; the gaps between the days give way.

import { format, formatShort, svg } from "./parts.js";

const ROW = 92; // From one state to the next.
const HEAD = 40; // From the top to the first state, under the days' names.
const MARGIN = 7; // What the marker stroke needs around the outermost cells.
const COMPACT = { node: 48, tall: 48, start: 19, endGap: 26, end: 34, gap: 34 };
const ROOMY = { node: 72, tall: 54, start: 62, endGap: 56, end: 72, gap: 64 };

/** Where everything stands, for a width in pixels, n days and K states. Day n is the end. */
export function layout(width, n, K) {
  const least = ({ node, start, endGap, end, gap }) =>
    2 * MARGIN + start + n * node + (n - 1) * gap + endGap + end;
  const size = least(ROOMY) <= width ? ROOMY : COMPACT;
  const full = Math.max(width, least(size));
  const gaps = Math.max(1, n - 1);
  const gap = size.gap + Math.min(90, (full - least(size)) / gaps);
  const used = least({ ...size, gap });
  const first = (full - used) / 2 + MARGIN + size.start + size.node / 2;
  const last = first + (n - 1) * (size.node + gap);
  return {
    ...size, gap, roomy: size === ROOMY, airy: K === 2 && gap >= 84, width: full,
    height: HEAD + (K - 1) * ROW + size.tall + MARGIN,
    x: (t) => (t < n ? first + t * (size.node + gap) : last + (size.node + size.end) / 2 + size.endGap),
    y: (s) => HEAD + size.tall / 2 + s * ROW,
    middle: HEAD + (size.tall + (K - 1) * ROW) / 2,
    startX: first - size.node / 2 - size.start + 6,
  };
}

/** All cells and arrows of a scene, and the nodes to draw them with; `look` hears of a cell. */
export function grid(scene, place, look) {
  const { frame, n, K, table, letter } = scene;
  const cells = [];
  const arrows = [];
  const cell = (day, state, y, width, name, score) => {
    const shape = { x: place.x(day) - width / 2, y: y - place.tall / 2, width, height: place.tall, rx: 12 };
    const node = svg("g", {
      class: `cell ${day < n ? `state-${state % 6}` : "end"}`, role: "button",
      onclick: () => look(day, state), onfocus: () => look(day, state),
    }, svg("rect", { class: "face", ...shape }));
    const text = (kind, down, what) => svg("text", { class: kind, x: place.x(day), y: y + down }, what);
    node.append(text("name", score === undefined ? 5 : -5, name));
    if (score !== undefined) node.append(text("score", 16, score));
    // The marker is a node of its own, to lie under the arrows.
    cells.push({ day, state, node, marker: svg("rect", { class: "marker", ...shape }) });
  };
  const connect = (day, from, to, tail, head, won, label) => {
    const node = arrow(tail, head, label);
    if (day < n) node.classList.add(`state-${to % 6}`);
    arrows.push({ day, from, to, won, node });
  };
  const left = (t) => place.x(t) - (t < n ? place.node : place.end) / 2 - 1;
  const right = (t) => place.x(t) + place.node / 2 + 1;
  const outward = (s) => Math.sign(place.y(s) - place.middle);
  const number = (value, room) => (place.roomy ? format(value) : formatShort(value, room));

  for (let s = 0; s < K; s += 1) {
    const label = { text: place.roomy ? number(table.pi[s]) : "", aside: outward(s) };
    cell(0, s, place.y(s), place.node, letter(s), number(frame.score[0][s], 6));
    connect(0, s, s, [place.startX + 6, place.middle], [left(0), place.y(s)], true, label);
  }
  for (let t = 1; t < n; t += 1) {
    for (let s = 0; s < K; s += 1) {
      cell(t, s, place.y(s), place.node, letter(s), number(frame.score[t][s], 6));
      for (let r = 0; r < K; r += 1) {
        const lean = 11 * Math.sign(r - s); // Arrows from above arrive above the middle.
        const label = { text: number(frame.candidates[t - 1][s][r], 5), at: place.airy ? 0.68 : 0.5 };
        const [tail, head] = [[right(t - 1), place.y(r) - lean], [left(t), place.y(s) + lean]];
        connect(t, r, s, tail, head, frame.back[t - 1][s] === r, label);
      }
    }
  }
  const name = table.stop ? "STOP" : "end";
  cell(n, 0, place.middle, place.end, name, place.roomy ? number(frame.best) : undefined);
  for (let r = 0; r < K; r += 1) {
    const lean = 11 * outward(r);
    const label = { text: table.stop && place.roomy ? number(frame.end[r]) : "", aside: outward(r) };
    const [tail, head] = [[right(n - 1), place.y(r)], [left(n), place.middle + lean]];
    connect(n, r, 0, tail, head, frame.path[n - 1] === r, label);
  }
  const days = Array.from({ length: n }, (_, t) =>
    svg("text", { class: "day", x: place.x(t), y: 18 }, `Day ${t + 1}`));
  const start = svg("circle", { class: "start", cx: place.startX, cy: place.middle, r: 5 });
  const layers = [cells.map((one) => one.marker), arrows.map((one) => one.node), cells.map((one) => one.node)];
  const nodes = [...days, start, ...layers.flat()];
  return { cells, arrows, nodes };
}

/** An arrow with its head, a broad marker stroke under it, and a label on it or beside it. */
function arrow([x1, y1], [x2, y2], { text, at = 0.5, aside = 0 }) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const corner = (back, side) => `${x2 - back * ux - side * uy},${y2 - back * uy + side * ux}`;
  const line = { x1, y1, x2: x2 - 7 * ux, y2: y2 - 7 * uy };
  const node = svg("g", { class: "arrow", "aria-hidden": "true" },
    svg("line", { class: "marker", ...line }),
    svg("line", { class: "shaft", ...line }),
    svg("polygon", { points: `${x2},${y2} ${corner(9, 4.5)} ${corner(9, -4.5)}` }));
  if (text) {
    const above = aside === 0 && Math.abs(uy) < 0.05;
    const shift = above ? -7 : 4 + 15 * aside;
    const [x, y] = [x1 + at * (x2 - x1), y1 + at * (y2 - y1) + shift];
    node.append(svg("text", { x, y, class: above || aside ? "" : "on" }, text));
  }
  return node;
}
