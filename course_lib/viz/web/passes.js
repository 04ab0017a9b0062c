// A small network, forward to its loss and backward to every weight, one value a step.
// Values and formulas are passes.py's; here numbers are put into the formulas, and units light up.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, range, relation, stepper, svg } from "./parts.js";

const ROW = 124; // From one unit to the next, in pixels.
const RADIUS = 30;
const [NARROW, WIDE] = [286, 620]; // The drawing fills its place between these widths.
const [FORWARD, BACKWARD] = ["state-0", "state-1"];

/** The names in braces of a formula's numbers. */
const uses = (numbers) => [...numbers.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

class Passes extends Figure {
  constructor(model, el) {
    super(model);
    const { title, networks, days, sizes: [M, D] } = this.settings;
    const choose = () => this.choose();
    this.stepper = stepper((step) => this.go(step));
    this.networks = menu("Output", networks.map(({ name }) => name), 0, choose);
    this.days = menu("Day", days, 0, choose);
    this.updates = menu("Updates", [], 0, choose);
    this.status = html("p", { class: "status" });
    this.drawing = svg("svg", { role: "img", height: Math.max(M, D) * ROW });
    this.box = html("div", { class: "canvas" }, this.drawing);
    this.formulas = html("div", { class: "formula" });
    this.tables = html("div", { class: "values" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.networks,
        this.days, this.updates),
      this.stepper.node,
      html("div", { class: "line" }, this.status),
      html("div", { class: "passes" }, html("div", { class: "net" }, this.box, this.formulas),
        html("div", { class: "below" }, this.tables)),
      this.spoken,
    );
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(el);
    this.el = el;
  }

  choose() {
    this.ask([this.networks, this.days, this.updates].map(picked).join(":"));
  }

  take(frame, key) {
    const [network, day, updates] = key.split(":").map(Number);
    this.frame = frame;
    this.steps = this.settings.networks[network].steps;
    pick(this.networks, network);
    pick(this.days, day);
    this.pickNumber(this.updates, updates, this.settings.updates, String);
    this.width = null;
    this.draw();
    this.go(this.model.get("step"));
  }

  /** Draw units and weights for the width there is; `go` says what is known of them. */
  draw() {
    const room = Math.floor(this.box.parentElement.clientWidth);
    const width = Math.max(NARROW, Math.min(WIDE, room));
    if (!room || width === this.width) return;
    this.width = width;
    const { sizes: [M, D] } = this.settings;
    const middle = Math.max(M, D) * ROW / 2;
    const at = (x, i, count) => [x, middle + (i - (count - 1) / 2) * ROW];
    const [left, right] = [RADIUS + 4, width - RADIUS - 4];
    const inputs = range(M).map((i) => at(left, i, M));
    const hidden = range(D).map((j) => at((left + right) / 2, j, D));
    const output = at(right, 0, 1);
    const share = D <= M ? 1 / (D + 1) : M / (M + 1);
    this.units = [
      ...inputs.map((place, i) => this.unit(place, `x${i + 1}`)),
      ...hidden.map((place, j) =>
        this.unit(place, `z${j + 1}`, `d_a${j + 1}`, `d_alpha${j + 1}0`)),
      this.unit(output, "y_hat", "d_b", "d_beta0"),
    ];
    this.edges = [
      ...hidden.flatMap((to, j) => inputs.map((from, i) =>
        this.edge(from, to, share, `alpha${j + 1}${i + 1}`))),
      ...hidden.map((from, j) => this.edge(from, output, 0.5, `beta${j + 1}`)),
    ];
    this.drawing.setAttribute("width", width);
    const nodes = [...this.edges, ...this.units].map(({ node }) => node);
    this.drawing.replaceChildren(...nodes, ...this.edges.flatMap(({ texts }) => texts));
    if (this.step !== undefined) this.go(this.step);
  }

  /** A circle with its value and, once the way back has come to its sum, its delta. */
  unit([x, y], name, delta, bias) {
    const value = svg("text", { class: "score", x, y: y + (delta ? 4 : 12) });
    const error = svg("text", { class: `delta ${BACKWARD}`, x, y: y + 19 });
    const node = svg("g", { class: `cell ${FORWARD}` },
      svg("circle", { class: "face", cx: x, cy: y, r: RADIUS }),
      svg("text", { class: "name", x, y: y + (delta ? -11 : -5) }, this.settings.names[name]),
      value, error);
    return { node, name, delta, bias, value, error };
  }

  /** An arrow from unit to unit, with its weight and, under it, the weight's gradient. */
  edge([x1, y1], [x2, y2], share, name) {
    const length = Math.hypot(x2 - x1, y2 - y1);
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    const along = (way) => [x1 + way * ux, y1 + way * uy];
    const [[sx, sy], [ex, ey]] = [along(RADIUS + 1), along(length - RADIUS - 2)];
    const corner = (s) => `${ex - 9 * ux - s * 4.5 * uy},${ey - 9 * uy + s * 4.5 * ux}`;
    const line = { x1: sx, y1: sy, x2: ex - 7 * ux, y2: ey - 7 * uy };
    const node = svg("g", { class: "arrow reached" },
      svg("line", { class: "shaft", ...line }),
      svg("polygon", { points: `${ex},${ey} ${corner(1)} ${corner(-1)}` }));
    const [x, y] = along(RADIUS + share * (length - 2 * RADIUS));
    const weight = svg("text", { class: "on", x, y: y + 4 });
    const gradient = svg("text", { class: `on delta ${BACKWARD}`, x, y: y + 19 });
    return { node, name, weight, gradient, texts: [weight, gradient] };
  }

  /** Show what is known after a step, and how the step's values come about. */
  go(step) {
    const last = this.steps.length;
    this.arrive(step, last);
    const now = this.steps[this.step - 1];
    const formulas = now?.formulas ?? [];
    const done = this.steps.slice(0, this.step).flatMap((one) => one.formulas);
    const known = new Set(done.map(([name]) => name));
    const given = (name) => /^(x|y$|alpha|beta)/.test(name);
    this.known = (name) => name in this.frame && (given(name) || known.has(name));
    this.sets = new Set(formulas.map(([name]) => name));
    this.used = new Set(formulas.flatMap(([, , numbers]) => uses(numbers)));
    this.back = formulas.some(([name]) => name.startsWith("d_"));
    this.status.textContent = now?.says ?? "Inputs and weights are given. Press ▶ to go forward.";
    const marks = ["start", ...this.steps.map(({ mark }) => mark)];
    this.stepper.set(this.step, marks, this.status.textContent);
    if (this.width) this.mark();
    this.formulas.className = `formula ${this.back ? BACKWARD : FORWARD}`;
    const legend = "Each step will show its formula here, in letters and in numbers.";
    const shown = this.step ? formulas.map((one) => this.formula(one)) : [legend];
    this.formulas.replaceChildren(...shown);
    this.showTables();
    const told = formulas.map(([, , numbers], i) =>
      this.formulas.children[i].textContent).join("; ");
    this.spoken.textContent = `${this.status.textContent} ${told}`;
  }

  /** Light up the units and weights that the step is about. */
  mark() {
    const short = (name) => (this.known(name) ? format(this.frame[name], 3) : "");
    const hit = (...names) => names.some((name) => this.sets.has(name));
    for (const { node, name, delta, bias, value, error } of this.units) {
      const now = hit(name, delta?.slice(2), delta, `d_${name}`, bias);
      value.textContent = short(name);
      error.textContent = delta ? short(delta) : "";
      node.classList.toggle("reached", this.known(name));
      node.classList.toggle("focus", now);
      node.classList.toggle(FORWARD, !(now && this.back));
      node.classList.toggle(BACKWARD, now && this.back);
    }
    for (const { node, name, weight, gradient } of this.edges) {
      const now = this.used.has(name) || hit(`d_${name}`);
      weight.textContent = short(name);
      gradient.textContent = short(`d_${name}`);
      node.classList.toggle("won", now);
      node.classList.toggle("into", now && this.back);
      node.classList.toggle(BACKWARD, now && this.back);
    }
    const { frame } = this;
    const told = this.known("J") ? `, loss ${format(frame.J)}` : "";
    const said = this.known("y_hat") ? `output ${format(frame.y_hat)}` : "not computed yet";
    this.drawing.setAttribute("aria-label", `The network: ${said}${told}; right is ${frame.y}.`);
  }

  /** A formula in symbols and, under it, in numbers. */
  formula([, symbols, numbers]) {
    const values = uses(numbers).map((name) => this.frame[name]);
    const shown = (value) => (value < 0 ? `(${format(value)})` : format(value));
    const [way, result] = numbers.split(" = ");
    const filled = way.replace(/\{(\w+)\}/g, (_, name) => shown(this.frame[name]));
    const total = format(this.frame[uses(result)[0]]);
    return html("p", {}, html("span", {}, symbols), " ",
      html("span", {}, `${relation(values)} ${filled} ${relation(values)} `.slice(2),
        html("b", {}, total)));
  }

  showTables() {
    const names = Object.entries(this.settings.names);
    const isWeight = ([name]) => /^(alpha|beta)/.test(name);
    const cell = (name, tone) => {
      const state = this.sets.has(name) ? "won" : this.used.has(name) ? "used" : "";
      const text = this.known(name) ? format(this.frame[name], 3) : "";
      return html("td", { class: `${state} ${tone}` }, text);
    };
    const row = ([name, shown]) => html("tr", {},
      html("th", { scope: "row", class: FORWARD }, shown),
      cell(name, FORWARD), cell(`d_${name}`, BACKWARD));
    const table = (head, rows) => html("table", { "aria-label": head },
      html("thead", {}, html("tr", {},
        ...[head, "value", "∂J/∂"].map((text) => html("th", { scope: "col" }, text)))),
      html("tbody", {}, ...rows.map(row)));
    this.tables.replaceChildren(
      table("unit", names.filter((one) => !isWeight(one))),
      table("weight", names.filter(isWeight)),
    );
  }
}

export default explorable(Passes);
