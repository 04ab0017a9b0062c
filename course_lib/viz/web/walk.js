// A walk along a Markov chain: where it is, which arrow it took, how often it was where.
// The path is walk.py's; here it is shown up to the step that the reader has reached.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, stepper, svg } from "./parts.js";

const [WIDTH, HEIGHT] = [320, 300]; // Of the drawing, in pixels.
const CENTRE = [182, 150]; // Of the ring: the first state's loop needs room on the left.
const RADIUS = 27; // Of a state.
const RING = 88; // From the middle to a state's centre.
const BEND = 26; // How far a move swings out, so that the way back has a line of its own.
const STRIP = 24; // Of so many last days the letters are shown.

class Walk extends Figure {
  constructor(model, el) {
    super(model);
    const { title, chains } = this.settings;
    this.stepper = stepper((step) => this.go(step));
    this.chains = menu("City", chains.map(({ name }) => name), 0, () => this.choose());
    this.chains.hidden = chains.length === 1;
    this.walks = menu("Walk", [], 0, () => this.choose());
    this.status = html("p", { class: "status" });
    this.drawing = svg("svg", { role: "img", width: WIDTH, height: HEIGHT });
    this.strip = html("p", { class: "strip" });
    this.shares = html("div", { class: "scroll" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.chains,
        this.walks),
      this.stepper.node,
      html("div", { class: "line" }, this.status),
      html("div", { class: "walk" }, html("div", { class: "canvas" }, this.drawing),
        html("div", {}, this.strip, this.shares)),
      this.spoken,
    );
  }

  choose() {
    this.ask([this.chains, this.walks].map(picked).join(":"));
  }

  take(frame, key) {
    const [chain, walk] = key.split(":").map(Number);
    pick(this.chains, chain);
    this.pickNumber(this.walks, walk, this.settings.walks);
    this.chain = this.settings.chains[chain];
    this.path = frame.path;
    this.draw();
    this.go(this.model.get("step"));
  }

  /** Draw states and arrows once for each chain; `go` marks where the walk is. */
  draw() {
    const { states } = this.settings;
    const turn = (k) => Math.PI * (1 + 2 * k / states.length); // From the left, clockwise.
    this.at = states.map((_, k) =>
      [CENTRE[0] + RING * Math.cos(turn(k)), CENTRE[1] + RING * Math.sin(turn(k))]);
    this.arrows = new Map();
    this.chain.transition.forEach((row, i) => row.forEach((p, j) => {
      if (p > 0) this.arrows.set(`${i},${j}`, i === j ? this.loop(i, p) : this.move(i, j, p));
    }));
    this.circles = states.map((state, k) => {
      const [cx, cy] = this.at[k];
      return svg("g", { class: `cell reached state-${k % 6}` },
        svg("circle", { class: "face", cx, cy, r: RADIUS }),
        svg("text", { class: "name", x: cx, y: cy + 5 }, state));
    });
    this.drawing.replaceChildren(...this.arrows.values(), ...this.circles);
    const told = this.chain.transition.map((row, i) => row.map((p, j) =>
      (p > 0 ? `${states[i]} to ${states[j]} ${format(p, 2)}` : "")).filter(Boolean).join(", "));
    this.drawing.setAttribute("aria-label", `The chain's moves. ${told.join("; ")}.`);
  }

  move(i, j, p) {
    const [[x1, y1], [x2, y2]] = [this.at[i], this.at[j]];
    const length = Math.hypot(x2 - x1, y2 - y1);
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    const [mx, my] = [(x1 + x2) / 2 + BEND * uy, (y1 + y2) / 2 - BEND * ux];
    return this.arrow([x1, y1], [mx, my], [x2, y2], [mx, my], p, j);
  }

  /** An arrow from a state to itself, away from the middle. */
  loop(i, p) {
    const [x, y] = this.at[i];
    const [ux, uy] = [(x - CENTRE[0]) / RING, (y - CENTRE[1]) / RING];
    const side = (s) => [x + RADIUS * (ux * 0.6 - s * uy), y + RADIUS * (uy * 0.6 + s * ux)];
    const far = (s) => [x + 2.4 * RADIUS * ux - 1.6 * s * RADIUS * uy,
      y + 2.4 * RADIUS * uy + 1.6 * s * RADIUS * ux];
    const [start, end] = [side(0.8), side(-0.8)];
    const node = svg("g", { class: `arrow reached labelled state-${i % 6}` });
    const path = `M${start} C${far(1)} ${far(-1)} ${end}`;
    node.append(svg("path", { class: "marker", d: path }), svg("path", { class: "shaft", d: path }),
      this.head(far(-1), end), this.label([x + 2.35 * RADIUS * ux, y + 2.35 * RADIUS * uy], p));
    return node;
  }

  arrow([x1, y1], [mx, my], [x2, y2], label, p, to) {
    const edge = (x, y) => {
      const length = Math.hypot(mx - x, my - y);
      return [x + (RADIUS + 2) * (mx - x) / length, y + (RADIUS + 2) * (my - y) / length];
    };
    const [start, end] = [edge(x1, y1), edge(x2, y2)];
    const path = `M${start} Q${[mx, my]} ${end}`;
    const node = svg("g", { class: `arrow reached labelled state-${to % 6}` },
      svg("path", { class: "marker", d: path }), svg("path", { class: "shaft", d: path }),
      this.head([mx, my], end));
    const middle = [(start[0] + 2 * mx + end[0]) / 4, (start[1] + 2 * my + end[1]) / 4];
    node.append(this.label(middle, p));
    return node;
  }

  head([x1, y1], [x2, y2]) {
    const length = Math.hypot(x2 - x1, y2 - y1);
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    const corner = (s) => `${x2 - 8 * ux - s * 4.5 * uy},${y2 - 8 * uy + s * 4.5 * ux}`;
    return svg("polygon", { points: `${x2},${y2} ${corner(1)} ${corner(-1)}` });
  }

  label([x, y], p) {
    return svg("text", { class: "on", x, y: y + 4 }, format(p, 2));
  }

  /** Show the walk up to a step. */
  go(step) {
    this.arrive(step, this.path.length - 1);
    const now = this.path[this.step];
    const taken = this.step ? `${this.path[this.step - 1]},${now}` : "";
    this.circles.forEach((circle, k) => circle.classList.toggle("focus", k === now));
    this.arrows.forEach((arrow, key) => {
      arrow.classList.toggle("won", key === taken);
      arrow.classList.toggle("path", key === taken);
    });
    this.status.textContent = this.sentence(now);
    this.stepper.set(this.step, this.path, this.status.textContent);
    this.showDays();
    this.showShares();
    this.spoken.textContent = this.status.textContent;
  }

  sentence(now) {
    const { states, words } = this.settings;
    const word = (k) => words[states[k]] ?? states[k];
    const day = `Day ${this.step + 1}: ${word(now)}.`;
    if (!this.step) return `${day} The first day is drawn from the initial probabilities.`;
    const before = this.path[this.step - 1];
    return `${day} After a ${word(before)} day that has probability `
      + `${format(this.chain.transition[before][now], 3)}.`;
  }

  showDays() {
    const { states } = this.settings;
    const days = this.path.slice(Math.max(0, this.step + 1 - STRIP), this.step + 1);
    this.strip.replaceChildren(html("span", { class: "slots" },
      ...days.map((k) => html("b", { class: `state-${k % 6}` }, states[k]))));
  }

  showShares() {
    const { states, words } = this.settings;
    const days = this.path.slice(0, this.step + 1);
    const percent = (share) => `${Math.round(100 * share)} %`;
    const row = (state, k) => {
      const share = days.filter((day) => day === k).length / days.length;
      const lasting = this.chain.stationary[k];
      return html("tr", { class: `state-${k % 6}` },
        html("th", { scope: "row" }, words[state] ?? state),
        html("td", { class: "bar" },
          html("span", { style: `width:${100 * share}%` }),
          html("i", { style: `left:${100 * lasting}%` })),
        html("td", {}, percent(share)), html("td", {}, percent(lasting)));
    };
    const head = ["", "", "so far", "long run"].map((text) => html("th", {}, text));
    this.shares.replaceChildren(html("table", { "aria-label": "Share of days" },
      html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...states.map(row))));
  }
}

export default explorable(Walk);
