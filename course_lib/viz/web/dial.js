// A labelled slider over a list of values.

import { format, html } from "./parts.js";

/** `choose(index)` is called when the reader moves it; `set(index)` shows a value. */
export function dial(label, values, choose) {
  const slider = html("input", {
    type: "range", min: 0, max: values.length - 1, "aria-label": label,
    oninput: () => choose(Number(slider.value)),
  });
  const shown = html("output");
  const set = (index) => {
    slider.value = index;
    shown.textContent = format(values[index]);
    slider.setAttribute("aria-valuetext", shown.textContent);
  };
  return { node: html("label", { class: "dial" }, html("span", {}, label), slider, shown), set };
}
