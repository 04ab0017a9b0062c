// One threshold unit: sliders and handles for its weights, its half-plane, its table of answers.
// Sums and answers are one_neuron.py's; here they are looked up by the weights.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, picked } from "./parts.js";
import { dial } from "./dial.js";
import { nearest, Plane } from "./plane.js";

const VIEW = [-2.3, 2.3];

class OneNeuron extends Figure {
  constructor(model, el) {
    super(model);
    const { title, gates, weights, biases } = this.settings;
    this.gates = menu("Gate", gates.map(({ name }) => name), 0, () => this.load());
    this.slide = html("button", {
      type: "button", class: "wide", onclick: () => this.ask(this.gate.slide),
    }, "Show the slides’ weights");
    this.dials = ["w₁", "w₂", "bias b"].map((name, i) =>
      dial(name, i < 2 ? weights : biases, (index) =>
        this.set(i, (i < 2 ? weights : biases)[index])));
    this.formula = html("p", { class: "sum" });
    this.status = html("p", { class: "status", "aria-live": "polite" });
    this.table = html("div", { class: "scroll" });
    this.charts = html("div", { class: "charts" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.gates),
      html("div", { class: "beside" }, this.charts, html("div", { class: "side" },
        ...this.dials.map(({ node }) => node), this.formula, this.status, this.table, this.slide)),
      html("p", { class: "key" },
        "▲ should fire, ● should not. Shaded: the unit fires. Drag the line or the arrow’s tip."),
    );
  }

  get gate() {
    return this.settings.gates[picked(this.gates)];
  }

  /** The weights and the bias, as the key of the frame tells them. */
  get numbers() {
    return this.model.get("choice").split(":")[1].split(",").map(Number);
  }

  set(i, value) {
    const numbers = this.numbers;
    numbers[i] = value;
    this.ask(`${this.gate.inputs}:${numbers.join()}`);
  }

  take(frame, key) {
    const wanted = `${this.gate.inputs}:${this.numbers.join()}`;
    if (key !== wanted) return this.ask(wanted);
    const { weights, biases } = this.settings;
    this.numbers.forEach((value, i) =>
      this.dials[i].set(nearest(i < 2 ? weights : biases, value)));
    this.slide.hidden = this.gate.slide === null;
    this.drawPlanes(frame);
    this.tell(frame);
    return undefined;
  }

  drawPlanes({ planes }) {
    if (this.planes?.length !== planes.length) {
      const caption = (k) => (planes.length > 1 ? `third input x₃ = ${k}` : "");
      this.planes = planes.map((_, k) => new Plane(VIEW, caption(k), {
        tip: (place) => this.turn(place),
        line: (place) => this.shift(place, k),
      }));
      this.charts.replaceChildren(...this.planes.map(({ node }) => node));
    }
    planes.forEach((told, k) => this.draw(this.planes[k], told, this.gate.wanted[k]));
  }

  /** Take the weights that the arrow's tip points to. */
  turn(place) {
    const { weights } = this.settings;
    const [w1, w2] = place.map((value) => weights[nearest(weights, value)]);
    this.ask(`${this.gate.inputs}:${[w1, w2, this.numbers[2]].join()}`);
  }

  /** Take the bias with which the line goes through a place of the k-th plane. */
  shift([x1, x2], k) {
    const { biases } = this.settings;
    const [w1, w2, b] = this.numbers;
    const { bias } = this.model.get("frames")[this.model.get("choice")].planes[k];
    this.set(2, biases[nearest(biases, -w1 * x1 - w2 * x2 - (bias - b))]);
  }

  draw(plane, { bias, y }, wanted) {
    const [w1, w2] = this.numbers;
    const { area, border } = plane.half([w1, w2], bias);
    const right = y.map((answer, i) => answer === wanted[i]);
    plane.show(
      `The plane of x₁ and x₂, cut by the unit's line. Right corners: ${right.filter(Boolean).length} of 4.`,
      plane.polygon(area, "fires"),
      plane.line(border, "border", "line"),
      plane.arrow([0, 0], [w1, w2], "weights", "w", "tip"),
      ...this.settings.corners.map((corner, i) =>
        plane.point(corner, wanted[i], right[i] ? "" : "wrong")),
    );
  }

  tell({ planes }) {
    const { corners, third } = this.settings;
    const [w1, w2, b] = this.numbers;
    const three = planes.length > 1;
    const plus = (value) => `${value < 0 ? "−" : "+"} ${format(Math.abs(value))}`;
    const x3 = three ? ` ${plus(third)} x₃` : "";
    this.formula.textContent = `Fires if ${format(w1)} x₁ ${plus(w2)} x₂${x3} ${plus(b)} > 0`;
    const rows = planes.flatMap(({ z, y }, k) => corners.map((corner, i) => {
      const wanted = this.gate.wanted[k][i];
      return { x: three ? [...corner, k] : corner, z: z[i], y: y[i], wanted };
    }));
    const right = rows.filter(({ y, wanted }) => y === wanted).length;
    const best = this.gate.best < rows.length && right === this.gate.best
      ? " No setting does better." : "";
    this.status.textContent = `${right} of ${rows.length} right.${best}`;
    const head = [...(three ? ["x₁", "x₂", "x₃"] : ["x₁", "x₂"]), "sum", "says", "should", ""];
    const row = ({ x, z, y, wanted }) => html("tr", { class: y === wanted ? "" : "wrong" },
      ...x.map((value) => html("td", {}, String(value))), html("td", {}, format(z)),
      html("td", {}, String(y)), html("td", {}, String(wanted)),
      html("td", { "aria-label": y === wanted ? "right" : "wrong" }, y === wanted ? "✓" : "✗"));
    this.table.replaceChildren(html("table", { "aria-label": "What the unit answers" },
      html("thead", {}, html("tr", {}, ...head.map((text) => html("th", {}, text)))),
      html("tbody", {}, ...rows.map(row))));
  }
}

export default explorable(OneNeuron);
