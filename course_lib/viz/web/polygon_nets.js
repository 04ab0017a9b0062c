// Networks of threshold units over the plane: the lines of the first layer cut it into pieces, and in
// each piece every unit fires everywhere or nowhere. Pieces and answers are polygon_nets.py's.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, range, stepper, svg } from "./parts.js";
import { Plane } from "./plane.js";

const [WIDTH, HEIGHT] = [290, 250]; // Of the network's diagram, in pixels.
const NARROW = 11; // Radius of a unit where a layer has many.

class PolygonNets extends Figure {
  constructor(model, el) {
    super(model);
    const { title, maps, view } = this.settings;
    this.unit = null; // The unit whose region is shaded, as [layer, unit].
    this.maps = menu("Map", maps.map(({ name }) => name), 0, () => this.choose(0));
    this.dial = html("span", { class: "dialled" });
    this.places = stepper((step) => this.go(step));
    this.status = html("p", { class: "status", "aria-live": "polite" });
    this.sum = html("p", { class: "sum" });
    this.plane = new Plane(view);
    this.plane.drawing.addEventListener("click", ({ target }) =>
      target.dataset.face && this.go(Number(target.dataset.face)));
    this.network = svg("svg", { class: "network", role: "group", viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.maps, this.dial),
      html("div", { class: "beside" },
        html("div", { class: "charts" }, this.plane.node),
        html("div", { class: "side" }, this.network, this.sum, this.status,
          html("p", { class: "key" }, "Go from place to place:"), this.places.node)),
      html("p", { class: "key" },
        "Shaded: the chosen unit fires. Filled units fire at the ringed place. Choose another unit "
          + "in the diagram, or another place on the map."),
    );
  }

  /** Take a setting of the map's dial. */
  choose(setting) {
    this.ask(`${picked(this.maps)}:${setting}`);
  }

  take(frame, key) {
    const [map, setting] = key.split(":").map(Number);
    const { dial, choices } = this.settings.maps[map];
    pick(this.maps, map);
    if (map !== this.map) {
      this.dial.replaceChildren(menu(dial, choices, setting, (index) => this.choose(index)));
    }
    this.map = map;
    pick(this.dial, setting);
    const sizes = (layers) => layers?.map((rows) => rows.length).join();
    if (sizes(frame.layers) !== sizes(this.frame?.layers)) this.unit = [frame.layers.length - 1, 0];
    this.frame = frame;
    this.go(this.model.get("step"));
  }

  /** Stand in the piece of that number. */
  go(step) {
    const { faces } = this.frame;
    this.arrive(step, faces.length - 1);
    this.show();
  }

  show() {
    const { faces } = this.frame;
    this.status.textContent = this.sentence();
    this.places.set(this.step, range(faces.length).map(() => ""), this.status.textContent);
    this.sum.textContent = this.rule();
    this.drawMap();
    this.drawNetwork();
  }

  fires([layer, unit], face = this.frame.faces[this.step]) {
    return face.on[layer][unit] > 0;
  }

  name([layer, unit]) {
    const { layers } = this.frame;
    if (layer === layers.length - 1) return "The output";
    return `Unit ${unit + 1} of layer ${layer + 2}`;
  }

  sentence() {
    const { layers, faces } = this.frame;
    const here = faces[this.step].on.map((bits) => bits.filter((bit) => bit > 0).length);
    const told = here.slice(0, -1).map((count, layer) =>
      `${count} of ${layers[layer].length} units of layer ${layer + 2} fire`);
    const out = this.fires([layers.length - 1, 0]) ? "fires" : "is silent";
    return `At this place, ${[...told, `the output ${out}`].join(", ")}.`;
  }

  /** The chosen unit's sum, as its row of weights says it. */
  rule() {
    const [layer, unit] = this.unit;
    const [bias, ...weights] = this.frame.layers[layer][unit];
    const source = layer ? "a" : "x";
    const digits = "₀₁₂₃₄₅₆₇₈₉";
    const terms = weights.flatMap((weight, i) => (weight
      ? [`${weight < 0 ? "−" : "+"} ${format(Math.abs(weight), 3)} ${source}${digits[i + 1]}`] : []));
    const sum = [format(bias, 3), ...terms].join(" ");
    return `${this.name(this.unit)} fires if ${sum} > 0.`;
  }

  drawMap() {
    const { faces, layers } = this.frame;
    const pieces = faces.map((face, n) => {
      const piece = this.plane.polygon(face.corners,
        `face ${this.fires(this.unit, face) ? "fires" : ""}`);
      piece.dataset.face = n;
      return piece;
    });
    const lines = layers[0].map(([bias, ...w], unit) => {
      const own = this.unit[0] === 0 && this.unit[1] === unit;
      return this.plane.line(this.plane.half(w, bias).border, own ? "border" : "border past");
    });
    const { corners } = faces[this.step];
    const middle = [0, 1].map((k) =>
      corners.reduce((sum, corner) => sum + corner[k], 0) / corners.length);
    const [cx, cy] = this.plane.at(middle);
    const inside = faces.filter((face) => this.fires(this.unit, face)).length;
    this.plane.show(
      `The plane, cut into ${faces.length} pieces. ${this.name(this.unit)} fires in ${inside} of them.`,
      ...pieces, ...lines,
      svg("circle", { class: "place", cx, cy, r: 7 }),
    );
  }

  drawNetwork() {
    const { layers, faces } = this.frame;
    const sizes = [2, ...layers.map((rows) => rows.length)];
    const column = (l) => 24 + (l * (WIDTH - 48)) / (sizes.length - 1);
    const row = (l, i) => (HEIGHT * (i + 0.5)) / sizes[l];
    const edges = layers.flatMap((rows, l) => rows.flatMap((weights, unit) =>
      weights.slice(1).flatMap((weight, i) => {
        if (!weight) return [];
        const lit = l > 0 && faces[this.step].on[l - 1][i] > 0;
        return [svg("line", {
          class: lit ? "lit" : "", x1: column(l), y1: row(l, i), x2: column(l + 1), y2: row(l + 1, unit),
        })];
      })));
    const inputs = range(2).map((i) => svg("g", { class: "input" },
      svg("circle", { cx: column(0), cy: row(0, i), r: 13 }),
      svg("text", { x: column(0), y: row(0, i) + 4 }, i ? "x₂" : "x₁")));
    const units = layers.flatMap((rows, l) => rows.map((_, unit) => this.button([l, unit],
      column(l + 1), row(l + 1, unit), sizes[l + 1] > 6 ? NARROW : 14)));
    // The chosen unit keeps the keyboard's focus, though it is drawn anew.
    const focused = this.network.contains(document.activeElement);
    this.network.replaceChildren(...edges, ...inputs, ...units);
    this.network.setAttribute("aria-label", "The network: choose a unit");
    if (focused) this.network.querySelector("[aria-pressed='true']").focus();
  }

  button(unit, cx, cy, r) {
    const chosen = unit.join() === this.unit.join();
    const choose = () => {
      this.unit = unit;
      this.show();
    };
    const node = svg("g", {
      class: `unit ${this.fires(unit) ? "on" : ""} ${chosen ? "chosen" : ""}`, role: "button",
      tabindex: 0, "aria-pressed": String(chosen),
      "aria-label": `${this.name(unit)}: ${this.fires(unit) ? "fires" : "is silent"} here`,
      onclick: choose,
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      },
    }, svg("circle", { class: "ring", cx, cy, r: r + 4 }), svg("circle", { class: "body", cx, cy, r }));
    return node;
  }
}

export default explorable(PolygonNets);
