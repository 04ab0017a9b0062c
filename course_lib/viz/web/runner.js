// A button that lets a figure run by itself.

import { html, stepper } from "./parts.js";

const BEAT = 90; // Milliseconds between two steps.

/**
 * `at()` is the step that is shown, `last()` the last one, `go(step)` shows a step, and `rest()` is
 * called when it stands still again. A reader who wants no motion is shown the last step at once.
 */
export function runner(name, { at, last, go, rest }) {
  let timer = null;
  const button = html("button", { type: "button", class: "wide", onclick: () => run() }, name);
  const pause = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = name;
    rest();
  };
  const run = () => {
    if (timer) return pause();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return go(last());
    if (at() === last()) go(0);
    button.textContent = "Pause";
    timer = setInterval(() => {
      go(at() + 1);
      if (at() === last()) pause();
    }, BEAT);
  };
  return { node: button, pause, running: () => timer !== null };
}

/** For a figure that goes through its steps by itself: the button, and a slider that stops it. */
export function playing(figure, name, last) {
  const go = (step) => figure.go(step);
  const button = runner(name, { at: () => figure.step, last, go, rest: () => figure.speak() });
  return [button, stepper((step) => { button.pause(); go(step); })];
}
