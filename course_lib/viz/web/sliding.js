// A filter over a picture: the window, its products, and the map as far as it is filled.
// Padding, products and sums are sliding.py's; a step here is one place of the filter.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, range, stepper, svg } from "./parts.js";

const CELL = 30; // Side of a pixel in the drawing's own units.
const strength = (value, most) => 0.1 + 0.5 * Math.abs(value) / (most || 1);

class Sliding extends Figure {
  constructor(model, el) {
    super(model);
    const { title, pictures, kernels, paddings, strides } = this.settings;
    this.stepper = stepper((step) => this.go(step));
    this.pictures = menu("Picture", [...pictures.map(({ name }) => name), "your own"], 0,
      (index) => this.choose({ ink: pictures[index].ink }), (i) => i < pictures.length);
    this.kernels = menu("Filter", kernels.map(({ name }) => name), 0,
      (index) => this.choose({ kernel: index }));
    this.paddings = menu("Padding", paddings.map(String), 0,
      (index) => this.choose({ padding: paddings[index] }));
    this.strides = menu("Stride", strides.map(String), 0,
      (index) => this.choose({ stride: strides[index] }));
    this.status = html("p", { class: "status", "aria-live": "polite" });
    this.input = html("div", { class: "part picture" });
    this.kernel = html("div", { class: "part weights" });
    this.output = html("div", { class: "part" });
    el.replaceChildren(
      html("strong", { class: "title" }, title),
      html("div", { class: "line choices" }, this.pictures, this.kernels, this.paddings,
        this.strides),
      this.stepper.node,
      html("div", { class: "sliding" }, this.input, this.kernel, this.output),
      this.status,
      html("p", { class: "key" }, "Orange: above 0. Blue: below 0. Dashed: padding, which is 0.",
        model.get("live") ? " Press a pixel to switch its ink." : ""),
    );
  }

  /** Change some of the choices. */
  choose(change) {
    const { ink, kernel, padding, stride } = { ...this.chosen, ...change };
    this.ask(`${ink}:${kernel}:${padding}:${stride}`, 0);
  }

  take(frame, key) {
    const [ink, ...numbers] = key.split(":");
    const [kernel, padding, stride] = numbers.map(Number);
    this.chosen = { ink, kernel, padding, stride };
    this.frame = frame;
    const { pictures, kernels, paddings, strides } = this.settings;
    const known = pictures.findIndex((picture) => picture.ink === ink);
    pick(this.pictures, known < 0 ? pictures.length : known);
    pick(this.kernels, kernel);
    pick(this.paddings, paddings.indexOf(padding));
    pick(this.strides, strides.indexOf(stride));
    this.weights = kernels[kernel].weights;
    this.go(this.model.get("step"));
  }

  get places() { return this.frame.products.length; }

  /** Show the filter at a place. */
  go(step) {
    this.arrive(step, this.places - 1);
    const across = this.frame.map[0].length;
    [this.row, this.column] = [Math.floor(this.step / across), this.step % across];
    this.status.textContent = this.sentence();
    this.stepper.set(this.step, range(this.places).map(String), this.status.textContent);
    this.drawPicture();
    this.drawKernel();
    this.drawMap();
  }

  sentence() {
    const counted = this.frame.products[this.step].filter((product) => product !== 0);
    const sum = counted.map((p, i) => (i ? `${p < 0 ? "−" : "+"} ${Math.abs(p)}` : format(p)));
    const value = format(this.frame.map[this.row][this.column]);
    const made = counted.length > 1 ? `${sum.join(" ")} = ${value}`
      : `${counted.length ? "one product counts, so it is" : "all products are 0, so it is"} ${value}`;
    return `Place ${this.step + 1} of ${this.places}. Row ${this.row + 1}, column `
      + `${this.column + 1} of the map: ${made}.`;
  }

  caption(text, rows) {
    return html("p", { class: "caption" }, `${text} ${rows.length} × ${rows[0].length}`);
  }

  /** A table of numbers as a drawing; `look(i, j)` gives the class and the opacity of a cell. */
  table(name, rows, look, press) {
    const [height, width] = [rows.length * CELL, rows[0].length * CELL];
    const cells = rows.flatMap((row, i) => row.map((value, j) => {
      const { tone, opacity, number } = look(value, i, j);
      const [x, y] = [j * CELL, i * CELL];
      return svg("g", { class: `pixel ${tone}`, onclick: press && (() => press(i, j)) },
        svg("rect", { x, y, width: CELL, height: CELL, "fill-opacity": opacity }),
        svg("text", { x: x + CELL / 2, y: y + CELL / 2 + 5 }, number));
    }));
    return svg("svg", {
      role: "img", viewBox: `-2 -2 ${width + 4} ${height + 4}`, "aria-label": name,
      style: `max-width:${width + 4}px`,
    }, ...cells);
  }

  drawPicture() {
    const { picture } = this.frame;
    const { padding, stride, ink } = this.chosen;
    const { size } = this.settings;
    const framed = (i, j) => Math.min(i, j) < padding || Math.max(i, j) >= size + padding;
    const drawing = this.table(
      `The picture, the filter on rows ${this.row * stride + 1} and following, columns `
        + `${this.column * stride + 1} and following.`,
      picture,
      (value, i, j) => ({
        tone: framed(i, j) ? "padding" : "ink", opacity: 0.45 * value, number: format(value),
      }),
      this.model.get("live") && ((i, j) => {
        if (framed(i, j)) return;
        const at = (i - padding) * size + j - padding;
        this.choose({ ink: ink.slice(0, at) + (ink[at] === "1" ? "0" : "1") + ink.slice(at + 1) });
      }),
    );
    const side = this.weights.length * CELL;
    drawing.append(svg("rect", {
      class: "window", x: this.column * stride * CELL, y: this.row * stride * CELL,
      width: side, height: side,
    }));
    const text = padding ? "Picture, padded" : "Picture";
    this.input.replaceChildren(drawing, this.caption(text, picture));
  }

  drawKernel() {
    const drawing = this.table("The filter's weights", this.weights, (value) => this.tinted(value, 2));
    this.kernel.replaceChildren(drawing, this.caption("Filter", this.weights));
  }

  drawMap() {
    const { map } = this.frame;
    const most = Math.max(...map.flat().map(Math.abs));
    const at = (i, j) => i * map[0].length + j;
    const drawing = this.table("The map, as far as it is filled", map,
      (value, i, j) => (at(i, j) > this.step ? { tone: "empty", opacity: 0, number: "" }
        : this.tinted(value, most)),
      (i, j) => this.go(at(i, j)));
    drawing.append(svg("rect", {
      class: "window", x: this.column * CELL, y: this.row * CELL, width: CELL, height: CELL,
    }));
    this.output.replaceChildren(drawing, this.caption("Map", map));
  }

  tinted(value, most) {
    const tone = value > 0 ? "state-1" : value < 0 ? "state-0" : "zero";
    return { tone, opacity: value ? strength(value, most) : 0, number: format(value) };
  }
}

export default explorable(Sliding);
