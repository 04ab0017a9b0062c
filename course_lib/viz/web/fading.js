// A recurrent unit, unrolled over a night: its state hour by hour, and the gradient on its way back.
// States and gradients are fading.py's; here they are placed, and put into the formulas.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, range, relation, stepper, subscript, svg } from "./parts.js";
import { dial } from "./dial.js";

const [LEFT, RIGHT] = [38, 6]; // Room for the powers of ten, and on the other side.
const [NARROW, WIDE] = [286, 660]; // The drawing fills its place between these widths.
const [HIGH, LOW, DECADE] = [3, -9, 12]; // The powers of ten that are shown, and their distance.
const TOP = 14;
const FLOOR = TOP + (HIGH - LOW) * DECADE;
const UNIT = FLOOR + 52; // Where the units stand, and below them what they hear.
const HEARD = UNIT + 62;
const HEIGHT = HEARD + 34;
const [FORWARD, BACKWARD] = ["state-0", "state-1"];

const RAISED = { 3: "³", 6: "⁶", 9: "⁹", "-": "⁻" };

const short = (value) => format(value, 3);
const factor = (value) => (value < 0 ? `(${short(value)})` : short(value));

class Fading extends Figure {
  constructor(model, el) {
    super(model);
    const { title, nights, weights } = this.settings;
    this.stepper = stepper((step) => this.go(step));
    this.nights = menu("Night", nights, 0, (night) => this.ask(`${night}:${this.weight}`));
    this.weights = dial("W", weights, (i) => this.ask(`${this.night}:${weights[i]}`));
    this.status = html("p", { class: "status" });
    this.drawing = svg("svg", { role: "img", height: HEIGHT });
    this.box = html("div", { class: "canvas" }, this.drawing);
    this.formula = html("div", { class: "formula" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.nights),
      html("div", { class: "weight" }, this.weights.node),
      this.stepper.node,
      html("div", { class: "line" }, this.status),
      html("div", { class: "fading" }, this.box, this.formula),
      this.spoken,
    );
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(el);
  }

  take(frame, key) {
    this.frame = frame;
    [this.night, this.weight] = key.split(":").map(Number);
    this.x = this.settings.inputs[this.night];
    this.T = this.x.length;
    pick(this.nights, this.night);
    const place = this.settings.weights.indexOf(this.weight);
    if (place >= 0) this.weights.set(place);
    this.go(this.model.get("step"));
  }

  /** Step t is hour t forward; the next T steps go back, from the last hour to the first. */
  go(step) {
    this.arrive(step, 2 * this.T);
    this.back = this.step > this.T;
    this.now = this.back ? 2 * this.T + 1 - this.step : this.step;
    this.status.textContent = this.sentence();
    this.stepper.set(this.step, range(2 * this.T + 1).map(String), this.status.textContent);
    this.formula.className = `formula ${this.back ? BACKWARD : FORWARD}`;
    this.formula.replaceChildren(...this.formulas());
    this.width = null;
    this.draw();
    const told = [...this.formula.children].map((line) => line.textContent).join("; ");
    this.spoken.textContent = `${this.status.textContent} ${told}`;
  }

  sentence() {
    const { step, now, x, frame: { h, dz } } = this;
    if (step === 0) return "Before the first hour the unit knows nothing. Press ▶ to go on.";
    if (!this.back) {
      const heard = x[now - 1] === 0 ? "nothing is heard" : `the unit hears ${short(x[now - 1])}`;
      return `Hour ${now}: ${heard}. The state is ${short(h[now])}.`;
    }
    const size = short(dz[now - 1]);
    if (now === this.T) return `Back, hour ${now}: the last state's own slope, ${size}.`;
    const end = now === 1 ? " All hours together make the gradients of the weights." : "";
    return `Back, hour ${now}: a little more heard here changes the last state ${size} times as much.`
      + end;
  }

  formulas() {
    const { step, now, x, weight, frame: { h, dz, dU, dW, db } } = this;
    if (step === 0) return [html("p", {}, "Each step shows its formula here, first in letters.")];
    const line = (letters, numbers, values, result) => html("p", {}, html("span", {}, letters), " ",
      html("span", {}, `${numbers} ${relation([...values, result], 3)} `, html("b", {}, short(result))));
    const t = subscript(now);
    if (!this.back) {
      const [heard, kept] = [x[now - 1], h[now - 1]];
      const letters = `h${t} = tanh(x${t} + W h${subscript(now - 1)})`;
      const numbers = `= tanh(${short(heard)} + ${factor(weight)} × ${factor(kept)})`;
      return [line(letters, numbers, [heard, weight, kept], h[now])];
    }
    const slope = `(1 − ${factor(h[now])}²)`;
    if (now === this.T) {
      return [line(`dz${t} = 1 − h${t}²`, `= ${slope}`, [h[now]], dz[now - 1])];
    }
    const letters = `dz${t} = W dz${subscript(now + 1)} (1 − h${t}²)`;
    const numbers = `= ${factor(weight)} × ${factor(dz[now])} × ${slope}`;
    const lines = [line(letters, numbers, [weight, dz[now], h[now]], dz[now - 1])];
    if (now > 1) return lines;
    const sum = (name, terms, value) =>
      html("p", {}, html("span", {}, `${name} = Σ ${terms} ≈ `, html("b", {}, short(value))));
    return [...lines, sum("dU", "dzₜ xₜ", dU), sum("dW", "dzₜ hₜ₋₁", dW), sum("db", "dzₜ", db)];
  }

  /** Draw for the width there is: the gradient above, the units, and what they hear. */
  draw() {
    const room = Math.floor(this.box.parentElement.clientWidth);
    const width = Math.max(NARROW, Math.min(WIDE, room));
    if (!room || width === this.width || !this.frame) return;
    this.width = width;
    this.gap = (width - LEFT - RIGHT) / this.T;
    const places = range(this.T);
    const label = `${this.status.textContent} ${this.back ? this.reach() : ""}`.trim();
    this.drawing.setAttribute("width", width);
    this.drawing.setAttribute("aria-label", label);
    this.drawing.replaceChildren(...this.rules(), ...places.map((t) => this.hour(t)));
  }

  reach() {
    const known = this.frame.dz.slice(this.now - 1).map((value, i) => [this.now + i, value]);
    return `Gradients: ${known.map(([t, value]) => `hour ${t} ${short(value)}`).join(", ")}.`;
  }

  across(t) {
    return LEFT + (t + 0.5) * this.gap;
  }

  rules() {
    const y = (power) => TOP + (HIGH - power) * DECADE;
    const powers = range((HIGH - LOW) / 3 + 1).map((i) => HIGH - 3 * i);
    const name = (power) => (power ? `10${[...String(power)].map((c) => RAISED[c]).join("")}` : "1");
    return powers.map((power) => svg("g", { class: power === 0 ? "zero" : "rule" },
      svg("line", { x1: LEFT, x2: this.width - RIGHT, y1: y(power), y2: y(power) }),
      svg("text", { class: "day", x: LEFT - 19, y: y(power) + 4 }, name(power))));
  }

  /** One hour: the gradient's bar, the unit with its arrows, and what it hears. */
  hour(t) {
    const [x, radius] = [this.across(t), Math.min(22, this.gap * 0.36)];
    const reached = this.back || t < this.now;
    const known = this.back && t + 1 >= this.now;
    const node = svg("g", { class: `cell ${FORWARD} ${reached ? "reached" : ""}` });
    const state = this.frame.h[t + 1];
    if (t) node.append(this.arrow([x - this.gap + radius, UNIT], [x - radius - 2, UNIT],
      known && t + 1 > this.now));
    node.append(this.arrow([x, HEARD - 13], [x, UNIT + radius + 2], false));
    node.append(svg("circle", { class: "face", cx: x, cy: UNIT, r: radius }));
    if (reached) {
      node.append(svg("circle", { class: "full", cx: x, cy: UNIT, r: radius - 1,
        "fill-opacity": 0.55 * Math.abs(state) }));
      if (this.gap > 44) node.append(svg("text", { x, y: UNIT + 5 }, format(state, 2)));
    }
    node.append(svg("text", { class: this.x[t] ? "heard" : "day", x, y: HEARD + 4 },
      format(this.x[t], 2)), svg("text", { class: "day", x, y: HEIGHT - 6 }, String(t + 1)));
    node.classList.toggle("focus", t + 1 === this.now);
    if (known) node.append(this.bar(t, x));
    return node;
  }

  /** The size of an hour's gradient, on a scale of powers of ten; hollow, if it is negative. */
  bar(t, x) {
    const value = this.frame.dz[t];
    const power = Math.log10(Math.abs(value));
    const y = TOP + (HIGH - Math.max(LOW, Math.min(HIGH, power))) * DECADE;
    const text = (at, words) => svg("text", { class: "delta", x, y: at }, words);
    const node = svg("g", { class: `bar ${BACKWARD}` });
    if (power < LOW) node.append(text(FLOOR - 4, value === 0 ? "0" : "↓"));
    else node.append(svg("line", { x1: x, x2: x, y1: FLOOR, y2: y }),
      svg("circle", { class: value < 0 ? "hollow" : "", cx: x, cy: y, r: 4.5 }));
    if (this.gap > 44 && value !== 0) node.append(text(FLOOR + 16, format(value, 1)));
    return node;
  }

  arrow([x1, y1], [x2, y2], back) {
    const length = Math.hypot(x2 - x1, y2 - y1);
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    const corner = (s) => `${x2 - 7 * ux - s * 3.5 * uy},${y2 - 7 * uy + s * 3.5 * ux}`;
    return svg("g", { class: `arrow reached ${back ? `into ${BACKWARD}` : ""}` },
      svg("line", { class: "shaft", x1, y1, x2: x2 - 6 * ux, y2: y2 - 6 * uy }),
      svg("polygon", { points: `${x2},${y2} ${corner(1)} ${corner(-1)}` }));
  }
}

export default explorable(Fading);
