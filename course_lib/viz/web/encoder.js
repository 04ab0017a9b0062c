// The 8-3-8 encoder while it learns: its codes on a cube, its curves, its table.
// Codes and curves are encoder.py's; here they are shown at the epoch that the reader has reached.

import { Figure, explorable } from "./frame.js";
import { html, menu, picked, range, subscript, svg } from "./parts.js";
import { dial } from "./dial.js";
import { playing } from "./runner.js";

const SIDE = 260; // Of the cube's drawing.
const EDGE = 128; // Of the cube in it.
const TILT = 0.38; // How far we look down on it, in radians.
const ANGLES = range(19).map((i) => 5 * i); // How far it can be turned, in degrees.
const [WIDTH, HEIGHT] = [340, 200]; // Of the curves' drawing.
const [LEFT, RIGHT, TOP, BOTTOM] = [30, 22, 14, 34]; // Its margins.
const BUBBLE = 8;

const CORNERS = range(8).map((k) => [4, 2, 1].map((bit) => (k & bit ? 1 : 0)));
const colour = (k) => `state-${k % 6}`;
const unit = (j) => `h${subscript(j + 1)}`;

class Encoder extends Figure {
  constructor(model, el) {
    super(model);
    const { title, patterns } = this.settings;
    this.turn = 5; // Which of the angles.
    [this.runner, this.stepper] = playing(this, "Train", () => this.last());
    this.starts = menu("Start", [], 0, (i) => this.ask(String(i)));
    this.views = menu("Curves", [
      "errors of the outputs",
      ...patterns.map((pattern) => `hidden values of ${pattern}`),
      ...range(3).map((j) => `weights into ${unit(j)}`),
    ], 0, () => this.drawCurves());
    this.angle = dial("Turn", ANGLES, (index) => { this.turn = index; this.drawCube(); });
    this.status = html("p", { class: "status" });
    this.cube = svg("svg", { role: "img", viewBox: `0 0 ${SIDE} ${SIDE}` });
    this.curves = svg("svg", { role: "img", viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    this.table = html("div", { class: "scroll" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.starts),
      this.stepper.node,
      html("div", { class: "line" }, this.status, this.runner.node),
      html("div", { class: "encoder" },
        html("div", { class: "turned" }, this.cube, this.angle.node), this.table,
        html("div", { class: "curves" }, this.views, this.curves)),
      this.spoken,
    );
  }

  last() {
    return this.settings.epochs.length - 1;
  }

  take(frame, key) {
    this.frame = frame;
    this.pickNumber(this.starts, Number(key), this.settings.starts);
    this.go(this.model.get("step"));
  }

  /** Show the network at a step. */
  go(step) {
    this.arrive(step, this.last());
    const { epochs } = this.settings;
    const total = this.frame.errors[this.step].reduce((sum, error) => sum + error, 0);
    const count = this.frame.distinct[this.step];
    this.status.textContent = `Epoch ${epochs[this.step]} of ${epochs.at(-1)}. Rounded, there are `
      + `${count} different codes for 8 patterns. Squared errors in all: ${total.toFixed(2)}.`;
    this.stepper.set(this.step, epochs, this.status.textContent);
    this.angle.set(this.turn);
    this.drawCube();
    this.drawCurves();
    this.showTable();
    if (!this.runner.running()) this.speak();
  }

  /** From the unit cube to the paper; the third number tells what is in front. */
  project([x, y, z]) {
    const a = (ANGLES[this.turn] * Math.PI) / 180;
    const [u, v, w] = [x - 0.5, y - 0.5, z - 0.5];
    const [across, depth] = [u * Math.cos(a) - v * Math.sin(a), u * Math.sin(a) + v * Math.cos(a)];
    const up = w * Math.cos(TILT) + depth * Math.sin(TILT);
    return [SIDE / 2 + EDGE * across, SIDE / 2 - EDGE * up, depth];
  }

  drawCube() {
    const { codes } = this.frame;
    const at = (point) => this.project(point).map((number) => number.toFixed(1));
    const line = (name, from, to) => {
      const [[x1, y1], [x2, y2]] = [at(from), at(to)];
      return svg("line", { class: name, x1, y1, x2, y2 });
    };
    const joined = CORNERS.flatMap((a, i) => CORNERS.slice(i + 1)
      .filter((b) => a.filter((bit, j) => bit !== b[j]).length === 1)
      .map((b) => line("edge", a, b)));
    const names = CORNERS.map((corner) => {
      const [x, y] = this.project(corner);
      const out = (value) => SIDE / 2 + 1.17 * (value - SIDE / 2);
      return svg("text", { class: "corner", x: out(x), y: out(y) + 4 }, corner.join(""));
    });
    const now = codes[this.step];
    const marks = now.map((code, k) => {
      const way = codes.slice(0, this.step + 1).map((past) => at(past[k]).slice(0, 2));
      return svg("g", { class: colour(k) }, svg("path", { class: "trail", d: `M${way.join("L")}` }),
        line("tie", code, code.map(Math.round)));
    });
    const behindFirst = range(8).sort((a, b) => this.project(now[b])[2] - this.project(now[a])[2]);
    const bubbles = behindFirst.map((k) => bubble(at(now[k]), k, String(k + 1)));
    this.cube.replaceChildren(...joined, ...names, ...marks, ...bubbles);
    this.cube.setAttribute("aria-label", "The hidden values of the eight patterns as points of a "
      + `cube. ${now.map((code, k) => `${k + 1} near ${bits(code)}`).join(", ")}.`);
  }

  /** The lines of the chosen view: a name and a value for each epoch that is shown. */
  lines() {
    const view = picked(this.views);
    const { errors, codes, weights } = this.frame;
    const course = (count, name, value) => range(count).map((k) => ({ k, name: name(k),
      values: errors.map((_, step) => value(step, k)) }));
    if (view === 0) return course(8, (k) => String(k + 1), (step, k) => errors[step][k]);
    if (view <= 8) return course(3, unit, (step, k) => codes[step][view - 1][k]);
    const named = (k) => (k ? String(k) : "b");
    return course(9, named, (step, k) => weights[step][view - 9][k]);
  }

  drawCurves() {
    const { epochs } = this.settings;
    const lines = this.lines();
    const all = lines.flatMap(({ values }) => values);
    const [low, high] = [Math.floor(Math.min(0, ...all)), Math.ceil(Math.max(1, ...all))];
    const x = (epoch) => LEFT + (WIDTH - LEFT - RIGHT) * (epoch / epochs.at(-1));
    const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * ((high - value) / (high - low));
    const gap = Math.ceil((high - low) / 6);
    const ticks = range(Math.floor((high - low) / gap) + 1).map((i) => low + i * gap);
    const rules = ticks.map((value) => svg("g", { class: value === 0 ? "zero" : "rule" },
      svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      svg("text", { class: "y", x: LEFT - 6, y: y(value) + 4 }, String(value).replace("-", "−"))));
    const dates = [0, 100, 200, 300, 400].map((epoch) =>
      svg("text", { x: x(epoch), y: HEIGHT - BOTTOM + 16 }, String(epoch)));
    const now = x(epochs[this.step]);
    const drawn = lines.map(({ k, values }) => svg("path", { class: `curve ${colour(k)}`,
      d: `M${values.map((value, i) => [x(epochs[i]).toFixed(1), y(value).toFixed(1)]).join("L")}` }));
    const marks = lines.map(({ k, name, values }) => bubble([now, y(values[this.step])], k, name));
    this.curves.replaceChildren(...rules, ...dates,
      svg("text", { x: x(epochs.at(-1) / 2), y: HEIGHT - 2 }, "epoch"),
      svg("line", { class: "now", x1: now, x2: now, y1: TOP, y2: HEIGHT - BOTTOM }),
      ...drawn, ...marks);
    const shown = this.views.querySelector("select").selectedOptions[0].textContent;
    const said = lines.map(({ name, values }) => `${name} ${values[this.step].toFixed(2)}`);
    this.curves.setAttribute("aria-label",
      `Curves of ${shown}. At epoch ${epochs[this.step]}: ${said.join(", ")}.`);
  }

  showTable() {
    const now = this.frame.codes[this.step];
    const rounded = now.map(bits);
    const row = (pattern, k) => {
      const sharing = rounded.filter((code) => code === rounded[k]).length;
      return html("tr", { class: colour(k) },
        html("th", { scope: "row" }, html("b", {}, String(k + 1)), pattern),
        ...now[k].map((value) => html("td", {}, value.toFixed(2))),
        html("td", { class: sharing > 1 ? "shared" : "" },
          sharing > 1 ? `${rounded[k]} ×${sharing}` : rounded[k]));
    };
    const head = ["pattern", ...range(3).map(unit), "rounded"].map((text) => html("th", {}, text));
    this.table.replaceChildren(html("table", { "aria-label": "Hidden values" },
      html("thead", {}, html("tr", {}, ...head)),
      html("tbody", {}, ...this.settings.patterns.map(row))));
  }
}

const bits = (code) => code.map(Math.round).join("");

function bubble([x, y], k, name) {
  return svg("g", { class: `bubble ${colour(k)}`, transform: `translate(${x},${y})` },
    svg("circle", { r: BUBBLE }), svg("text", { y: 4 }, name));
}

export default explorable(Encoder);
