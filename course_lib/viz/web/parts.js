// What every explorable is made of: elements, numbers, and the controls all figures share.
// A neighbour imports it on one line, `import { a, b } from "./parts.js";`: explorable.py joins the
// files of a module for the notebook, where a widget has no folder to import from.

const maker = (create) => (tag, attributes = {}, ...children) => {
  const node = create(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children);
  return node;
};
export const html = maker((tag) => document.createElement(tag));
export const svg = maker((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));

/** 0.032, 3.136×10⁻⁵, −2.53; null stands for the logarithm of zero. */
export function format(value, digits = 4) {
  if (value === null) return "−∞";
  const rounded = Number(value.toPrecision(digits));
  if (rounded === 0 || Math.abs(rounded) >= 1e-4) return String(rounded).replace("-", "−");
  const [mantissa, exponent] = rounded.toExponential().split("e");
  const raised = [...exponent].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign] ?? "⁻").join("");
  return `${mantissa.replace("-", "−")}×10${raised}`;
}

/** The number with as many digits as fit into `room` characters, and at least one. */
export function formatShort(value, room) {
  const texts = [3, 2, 1].map((digits) => format(value, digits));
  return texts.find((text) => text.length <= room) ?? texts[2];
}

export const range = (count) => Array.from({ length: count }, (_, i) => i);

export const subscript = (number) =>
  [...String(number)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");

/** "=" if every number is shown with all its digits, else "≈". */
export function relation(values, digits = 4) {
  const whole = (value) => value === null || Number(value.toPrecision(digits)) === value;
  return values.every(whole) ? "=" : "≈";
}

/** A labelled native <select>; `choose(index)` is called when the reader picks another. */
export function menu(label, names, index, choose, enabled = () => true) {
  const select = html("select", { onchange: () => choose(select.selectedIndex) });
  names.forEach((name, i) => select.append(html("option", { disabled: !enabled(i) }, name)));
  select.selectedIndex = index;
  return html("label", { class: "menu" }, html("span", {}, label), select);
}

/** Which entry of a menu is chosen. */
export const picked = (label) => label.querySelector("select").selectedIndex;

/** Show another entry of a menu as the chosen one. */
export function pick(label, index) {
  label.querySelector("select").selectedIndex = index;
}

let groups = 0;

/** A column of radio buttons; `faces` are the nodes shown, `names` what a screen reader says. */
export function radios(label, faces, names, index, enabled, choose) {
  const name = `explorable-${(groups += 1)}-${Math.random().toString(36).slice(2)}`;
  const options = faces.map((face, i) => {
    const input = html("input", {
      type: "radio", name, "aria-label": names[i], disabled: !enabled(i), onchange: () => choose(i),
    });
    input.checked = i === index;
    return html("label", { title: names[i] }, input, face);
  });
  return html("fieldset", { class: "radios" }, html("legend", {}, label), ...options);
}

/** A slider with a button on either side: `set(last, step, names)` shows, `go(step)` is called. */
export function stepper(go) {
  const move = (by) => () => go(Number(slider.value) + by);
  const slider = html("input", {
    type: "range", min: 0, "aria-label": "Step", oninput: () => go(Number(slider.value)),
  });
  const button = (text, label, by) =>
    html("button", { type: "button", "aria-label": label, onclick: move(by) }, text);
  const [back, on] = [button("◀", "Step back", -1), button("▶", "Step on", 1)];
  const marks = html("div", { class: "marks", "aria-hidden": "true" });
  const node = html("div", { class: "stepper" }, back, html("div", {}, slider, marks), on);
  const set = (step, names, says) => {
    slider.max = names.length - 1;
    slider.value = step;
    slider.setAttribute("aria-valuetext", says);
    // Not `disabled`, which would drop the keyboard's focus at either end.
    back.setAttribute("aria-disabled", step === 0);
    on.setAttribute("aria-disabled", step === names.length - 1);
    const few = names.length <= 12 ? names : [];
    const mark = (name, i) =>
      html("span", { class: i === step ? "now" : "" }, html("span", {}, name));
    marks.replaceChildren(...few.map(mark));
  };
  return { node, set };
}
