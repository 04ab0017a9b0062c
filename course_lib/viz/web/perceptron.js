// A perceptron that learns: the example it meets, what it says, and where its line goes.
// Sums, answers and weights are perceptron.py's; a step here is one example met there.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, range, stepper } from "./parts.js";
import { Plane } from "./plane.js";

const place = (x) => `(${x.map((value) => format(value, 3)).join(", ")})`;

class Learning extends Figure {
  constructor(model, el) {
    super(model);
    const { title, examples } = this.settings;
    this.stepper = stepper((step) => this.go(step));
    this.sets = menu("Examples", examples.map(({ name }) => name), 0, () => this.choose());
    this.orders = menu("Order", [], 0, () => this.choose());
    this.status = html("p", { class: "status", "aria-live": "polite" });
    this.charts = html("div", { class: "charts" });
    this.table = html("div", { class: "scroll" });
    this.epochs = html("div", { class: "scroll" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.sets,
        this.orders),
      this.stepper.node,
      this.status,
      html("div", { class: "beside" }, this.charts,
        html("div", { class: "side" }, this.table, this.epochs)),
      html("p", { class: "key" },
        "▲ should fire, ● should not. Shaded: the unit fires. Dashed: the line before this step."),
    );
  }

  choose() {
    this.ask([this.sets, this.orders].map(picked).join(":"), 0);
  }

  take(frame, key) {
    const [set, order] = key.split(":").map(Number);
    pick(this.sets, set);
    const name = (i) => (i ? `shuffled, ${i}` : "as listed");
    this.pickNumber(this.orders, order, this.settings.orders, name);
    this.examples = this.settings.examples[set];
    this.frame = frame;
    this.plane = new Plane(this.examples.view);
    this.charts.replaceChildren(this.plane.node);
    this.go(this.model.get("step"));
  }

  /** Show what the unit is after so many examples. */
  go(step) {
    this.arrive(step, this.frame.order.length);
    this.status.textContent = this.sentence();
    const names = range(this.frame.order.length + 1).map(String);
    this.stepper.set(this.step, names, this.status.textContent);
    this.draw();
    this.showWeights();
    this.showEpochs();
  }

  /** The example of this step: its number, its place, the sum, the answer, and the right one. */
  get met() {
    if (!this.step) return null;
    const { order, z, said } = this.frame;
    const i = order[this.step - 1];
    const { X, y } = this.examples;
    return { i, x: X[i], z: z[this.step - 1], said: said[this.step - 1], wanted: y[i] };
  }

  sentence() {
    const { X } = this.examples;
    const { order, mistakes } = this.frame;
    if (!this.met) return "All weights are 0: no line yet, and the unit never fires.";
    const { x, z, said, wanted } = this.met;
    const epoch = Math.floor((this.step - 1) / X.length) + 1;
    const seen = `Epoch ${epoch}: ${place(x)} has the sum ${format(z, 3)}, so the unit says ${said}.`;
    const sign = wanted ? "Add the example to the weights, 1 to the bias."
      : "Take the example from the weights, 1 from the bias.";
    const what = said === wanted ? "Right: nothing changes." : `Wrong! ${sign}`;
    if (this.step < order.length) return `${seen} ${what}`;
    const end = mistakes[mistakes.length - 1] ? `${mistakes.length} epochs, and no end in sight.`
      : "A whole epoch without a mistake: it has learned.";
    return `${seen} ${what} ${end}`;
  }

  draw() {
    const { X, y } = this.examples;
    const { w, b } = this.frame;
    const before = Math.max(0, this.step - 1);
    const moved = b[before] !== b[this.step];
    const now = this.plane.half(w[this.step], b[this.step]);
    const past = this.plane.half(w[before], b[before]);
    const others = range(X.length).filter((i) => i !== this.met?.i);
    this.plane.show(
      `The points, and the line of a unit with weights ${place(w[this.step])} and bias `
        + `${format(b[this.step], 3)}.`,
      this.plane.polygon(now.area, "fires"),
      moved ? this.plane.line(past.border, "border past") : "",
      this.plane.line(now.border, "border"),
      moved ? this.plane.arrow([0, 0], w[before], "past") : "",
      moved ? this.plane.arrow(w[before], w[this.step], "step", "") : "",
      this.plane.arrow([0, 0], w[this.step], "weights", "w"),
      ...others.map((i) => this.plane.point(X[i], y[i])),
      this.met ? this.plane.point(this.met.x, this.met.wanted, "now") : "",
    );
  }

  showWeights() {
    const { w, b } = this.frame;
    const before = Math.max(0, this.step - 1);
    const all = (step) => [...w[step], b[step]];
    const [old, fresh] = [all(before), all(this.step)];
    const error = this.met ? this.met.wanted - this.met.said : 0;
    const added = this.met ? [...this.met.x, 1] : [0, 0, 0];
    const row = (name, i) => html("tr", {}, html("th", { scope: "row" }, name),
      html("td", {}, format(old[i], 3)),
      html("td", { class: error ? "" : "none" },
        error ? `${error < 0 ? "−" : "+"} (${format(added[i], 3)})` : "stays"),
      html("td", {}, format(fresh[i], 3)));
    const head = ["", "before", "change", "after"].map((text) => html("th", {}, text));
    this.table.replaceChildren(html("table", { "aria-label": "The weights" },
      html("thead", {}, html("tr", {}, ...head)),
      html("tbody", {}, ...["w₁", "w₂", "bias b"].map(row))));
  }

  showEpochs() {
    const { mistakes } = this.frame;
    const size = this.examples.X.length;
    const done = Math.floor(this.step / size);
    const cell = (epoch) => html("b", {}, epoch < done ? String(mistakes[epoch]) : "…");
    this.epochs.replaceChildren(html("p", {}, "Mistakes in each epoch: "),
      html("p", { class: "strip epochs" }, html("span", { class: "slots" },
        ...mistakes.slice(0, done + 1).map((_, epoch) => cell(epoch)))));
  }
}

export default explorable(Learning);
