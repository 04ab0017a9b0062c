// LeNet-5's maps of a digit, and what two networks say of it, while four knobs are turned.
// Pictures, maps and answers are knobs.py's; here grey levels are painted.

import { Figure, explorable } from "./frame.js";
import { html, menu, pick } from "./parts.js";
import { dial } from "./dial.js";

const LEVELS = 10; // As in knobs.py.
const SHOWN = { picture: 4, C1: 2, S2: 3, C3: 4, S4: 6 }; // Screen pixels a pixel.

/** A picture of grey levels, a letter a pixel. */
function painted(rows, scale, label) {
  const [height, width] = [rows.length, rows[0].length];
  const canvas = html("canvas", {
    width, height, role: "img", "aria-label": label, style: `width:${width * scale}px`,
  });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  [...rows.join("")].forEach((level, i) => {
    const grey = Math.round(255 * Number(level) / (LEVELS - 1));
    image.data.set([grey, grey, grey, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

class Knobs extends Figure {
  constructor(model, el) {
    super(model);
    const { title, knobs, digits } = this.settings;
    this.digits = menu("Digit", digits.map(String), 0, (index) => this.show(digits[index], this.places));
    this.dials = knobs.map(({ name, values }, k) =>
      dial(name, values, (place) => this.turn(k, place)));
    const reset = html("button", {
      type: "button", class: "wide", onclick: () => this.show(this.digit, this.settings.plain),
    }, "As usual");
    this.answers = html("div", { class: "answers" });
    this.layers = html("div", { class: "layers" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.digits),
      html("div", { class: "beside" },
        html("div", { class: "side knobs" }, ...this.dials.map(({ node }) => node), reset),
        this.answers),
      this.layers,
      html("p", { class: "key" }, model.get("live") ? "" : "Here one knob is turned at a time, and "
        + "the others go back to their usual place. In a notebook all of them turn."),
      this.spoken,
    );
  }

  /** Turn a knob; the others stay where they are, if such a frame is there or can be asked for. */
  turn(k, place) {
    const instead = (places) => places.map((old, i) => (i === k ? place : old));
    const all = instead(this.places);
    this.show(this.digit, this.can(`${this.digit}:${all}`) ? all : instead(this.settings.plain));
  }

  show(digit, places) {
    this.ask(`${digit}:${places}`);
  }

  take(frame, key) {
    const [digit, places] = key.split(":");
    this.digit = Number(digit);
    this.places = places.split(",").map(Number);
    const { digits } = this.settings;
    pick(this.digits, digits.indexOf(this.digit));
    this.dials.forEach((one, k) => one.set(this.places[k]));
    this.showAnswers(frame);
    this.showLayers(frame);
  }

  showAnswers({ says, right }) {
    const { networks, drawn } = this.settings;
    const sentences = says.map((shares, n) => {
      const best = shares.indexOf(Math.max(...shares));
      return `${networks[n]}: says ${best} (${shares[best]} %), reads ${right[n]} of ${drawn} `
        + "digits drawn like this.";
    });
    const bar = (share, k) => html("span", { class: k === this.digit ? "wanted" : "" },
      html("i", { style: `height:${share}%` }), html("b", {}, String(k)));
    const answer = (shares, n) => html("div", { class: `answer state-${n}` },
      html("p", {}, sentences[n]),
      html("div", { class: "bars", "aria-hidden": "true" }, ...shares.map(bar)));
    this.answers.replaceChildren(...says.map(answer));
    this.spoken.textContent = `A ${this.digit}. ${sentences.join(" ")}`;
  }

  showLayers({ picture, maps }) {
    const layer = (name, images) => {
      const side = images[0].length;
      const size = `${images.length > 1 ? `${images.length} × ` : ""}${side} × ${side}`;
      const tiles = images.map((rows, k) =>
        painted(rows, SHOWN[name], images.length > 1 ? `${name}, map ${k + 1}` : "the picture"));
      return html("div", { class: `layer ${name}` },
        html("p", { class: "caption" }, html("b", {}, name), ` ${size}`),
        html("div", { class: "tiles" }, ...tiles));
    };
    const all = [["picture", [picture]], ...Object.entries(maps)];
    this.layers.replaceChildren(...all.map(([name, images]) => layer(name, images)));
  }
}

export default explorable(Knobs);
