// The plane of two inputs: points, the half-plane in which a threshold unit fires, its line and its
// weights. What a unit answers stands in the frames; only lines are placed here.

import { format, html, range, svg } from "./parts.js";

const SIZE = 290; // Of the drawing, in pixels.
const EDGE = 26; // Room for the numbers on the left and below.

/** The number of the value that is nearest to `x`. */
export function nearest(values, x) {
  const distance = values.map((value) => Math.abs(value - x));
  return distance.indexOf(Math.min(...distance));
}

export class Plane {
  /** `view` is the lower and the upper end of both axes; `drags` says, for the name of a handle,
      what to do with the place that it is dragged to. */
  constructor([low, high], caption = "", drags = {}) {
    [this.low, this.high] = [low, high];
    this.drawing = svg("svg", { class: "plane", role: "img", viewBox: `0 0 ${SIZE} ${SIZE}` });
    this.caption = html("p", { class: "caption" }, caption);
    this.node = html("div", { class: "chart" }, this.caption, this.drawing);
    this.clip = `plane-${Math.random().toString(36).slice(2)}`;
    this.listen(drags);
  }

  /** The drawing listens, not the handles: they are drawn anew while they are dragged. */
  listen(drags) {
    let dragged = null;
    this.drawing.addEventListener("pointerdown", (event) => {
      dragged = drags[event.target.dataset.drag] ?? null;
      if (!dragged) return;
      event.preventDefault();
      this.drawing.setPointerCapture(event.pointerId);
    });
    this.drawing.addEventListener("pointermove", (event) => dragged?.(this.under(event)));
    ["pointerup", "pointercancel"].forEach((end) =>
      this.drawing.addEventListener(end, () => { dragged = null; }));
  }

  /** Where a point of the plane is in the drawing. */
  at([x, y]) {
    const share = (value) => (value - this.low) / (this.high - this.low);
    return [EDGE + (SIZE - EDGE) * share(x), (SIZE - EDGE) * (1 - share(y))];
  }

  /** The point of the plane under the pointer. */
  under(event) {
    const box = this.drawing.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top].map((p) =>
      (p * SIZE) / box.width);
    const unit = (this.high - this.low) / (SIZE - EDGE);
    return [this.low + (x - EDGE) * unit, this.low + (SIZE - EDGE - y) * unit];
  }

  /** Draw anew: the axes, what is given, and on top the names of the axes. */
  show(label, ...nodes) {
    const area = svg("rect", { x: EDGE, y: 0, width: SIZE - EDGE, height: SIZE - EDGE });
    const inside = svg("g", { "clip-path": `url(#${this.clip})` }, ...nodes);
    this.drawing.setAttribute("aria-label", label);
    this.drawing.replaceChildren(svg("clipPath", { id: this.clip }, area), this.axes(), inside,
      this.names());
  }

  axes() {
    const ends = [this.low, this.high];
    const whole = range(Math.floor(this.high) - Math.ceil(this.low) + 1).map((i) =>
      i + Math.ceil(this.low));
    const line = (from, to, kind) => {
      const [[x1, y1], [x2, y2]] = [this.at(from), this.at(to)];
      return svg("line", { class: kind, x1, y1, x2, y2 });
    };
    return svg("g", { class: "axes" }, ...whole.flatMap((v) => [
      line([v, ends[0]], [v, ends[1]], v === 0 ? "zero" : ""),
      line([ends[0], v], [ends[1], v], v === 0 ? "zero" : ""),
      this.text([v, ends[0]], 0, 15, format(v)),
      this.text([ends[0], v], -11, 4, format(v)),
    ]));
  }

  names() {
    return svg("g", {}, this.text([this.high, this.low], -10, -7, "x₁"),
      this.text([this.low, this.high], 12, 14, "x₂"));
  }

  text(place, dx, dy, words) {
    const [x, y] = this.at(place);
    return svg("text", { x: x + dx, y: y + dy }, words);
  }

  /** The part of the view where w x + b is greater than 0, and the ends of its border. */
  half([w1, w2], b) {
    const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map((corner) =>
      corner.map((end) => (end ? this.high : this.low)));
    const side = ([x, y]) => w1 * x + w2 * y + b;
    const [area, border] = [[], []];
    corners.forEach((from, i) => {
      const to = corners[(i + 1) % 4];
      const [one, other] = [side(from), side(to)];
      if (one > 0) area.push(from);
      if ((one > 0) === (other > 0)) return;
      const share = one / (one - other);
      const crossing = from.map((start, k) => start + share * (to[k] - start));
      area.push(crossing);
      border.push(crossing);
    });
    return { area, border };
  }

  polygon(points, kind) {
    return svg("polygon", { class: kind, points: points.map((point) => this.at(point)).join(" ") });
  }

  /** A border as `half` tells it; a name for `drag` gives it a broad handle. */
  line(border, kind, drag = null) {
    if (border.length < 2) return svg("g");
    const [[x1, y1], [x2, y2]] = border.map((point) => this.at(point));
    const node = svg("g", { class: kind }, svg("line", { x1, y1, x2, y2 }));
    if (drag) node.append(svg("line", { class: "handle", "data-drag": drag, x1, y1, x2, y2 }));
    return node;
  }

  /** An arrow between two points of the plane; a name for `drag` gives its tip a handle. */
  arrow(from, to, kind, name = "", drag = null) {
    const [[x1, y1], [x2, y2]] = [this.at(from), this.at(to)];
    const length = Math.hypot(x2 - x1, y2 - y1);
    const node = svg("g", { class: `vector ${kind}` });
    if (length > 0) {
      const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
      const corner = (s) => `${x2 - 9 * ux - s * 5 * uy},${y2 - 9 * uy + s * 5 * ux}`;
      node.append(svg("line", { x1, y1, x2: x2 - 6 * ux, y2: y2 - 6 * uy }),
        svg("polygon", { points: `${x2},${y2} ${corner(1)} ${corner(-1)}` }),
        svg("text", { x: x2 + 12 * ux, y: y2 + 12 * uy + 4 }, name));
    }
    if (drag) node.append(svg("circle", { class: "handle", "data-drag": drag, cx: x2, cy: y2, r: 13 }));
    return node;
  }

  /** A point: a triangle if it should fire, a circle if not; `kind` may be "wrong" or "now". */
  point(place, wanted, kind = "") {
    const [x, y] = this.at(place);
    const mark = wanted
      ? svg("polygon", { points: `${x},${y - 8} ${x + 7.5},${y + 6} ${x - 7.5},${y + 6}` })
      : svg("circle", { cx: x, cy: y, r: 6.5 });
    const ring = svg("circle", { class: "ring", cx: x, cy: y, r: 12.5 });
    return svg("g", { class: `point state-${wanted ? 1 : 0} ${kind}` }, ring, mark);
  }
}
