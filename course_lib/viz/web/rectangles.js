// Nodes and arrows of a computation graph, inputs below, output above.

import { svg } from "./parts.js";

export const TALL = 58; // A node.
export const STEP = 104; // From one layer to the next.
export const HEAD = 22; // Over the highest layer, for its name.

/** A rectangle: inside the function, the value and the derivative, outside the name. */
export function rectangle(x, y, width, name, sign) {
  const text = (className, dy, content = "") =>
    svg("text", { class: className, x, y: y + dy }, content);
  const value = text("score", sign ? 5 : -4);
  const grad = text("delta state-1", 22);
  const left = x - width / 2;
  const label = svg("text", { class: "name", x: left, y: y - TALL / 2 - 5 }, name);
  label.style.textAnchor = "start";
  const node = svg("g", { class: `cell ${sign ? "state-0" : "state-2"}` },
    svg("rect", { class: "face", x: left, y: y - TALL / 2, width, height: TALL }),
    label, text("sign", -13, sign), value, grad);
  return { node, value, grad };
}

/** An arrow from the top of a node, upright through each layer, to the bottom of another. */
export function arrow(way, x, aside) {
  const points = way.flatMap(([at, y]) => [[at, y + TALL / 2], [at, y - TALL / 2]]).slice(1, -1);
  const [tipX, tipY] = [x + aside, points.at(-1)[1] + 2];
  points[points.length - 1] = [tipX, tipY + 7];
  const curve = points.slice(1).map(([u, v], i) => {
    const middle = (points[i][1] + v) / 2;
    return `C${points[i][0]},${middle} ${u},${middle} ${u},${v}`;
  });
  const corners = `${tipX},${tipY} ${tipX - 4.5},${tipY + 9} ${tipX + 4.5},${tipY + 9}`;
  const node = svg("g", { class: "arrow reached" },
    svg("path", { class: "shaft", d: `M${points[0]} ${curve.join(" ")}` }),
    svg("polygon", { points: corners }));
  const side = Math.sign(aside) || 1;
  const label = svg("text", { class: "on delta state-1", x: tipX + 9 * side, y: tipY + 16 });
  label.style.textAnchor = side < 0 ? "end" : "start";
  return { node, label };
}
