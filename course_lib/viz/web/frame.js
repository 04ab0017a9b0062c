// The frame around every figure: which of its frames is shown, how far the reader is in it, whom it
// asks for one that is not stored, and how it comes into a page and leaves it.

import { html, pick, range } from "./parts.js";

/** What all figures are. A figure says in `take(frame, key)` how it shows another frame, and, where
    a frame has steps, in `go(step)` how it shows a step; `runner` and `observer` are stopped when
    the figure leaves. */
export class Figure {
  constructor(model) {
    this.model = model;
    this.settings = model.get("settings");
  }

  /** Whether the frame of a key can be shown: it is stored, or there is a kernel to compute it. */
  can(key) {
    return Boolean(this.model.get("live")) || key in this.model.get("frames");
  }

  /** Show the frame of a key; where there is a kernel it computes what is not stored. */
  ask(key, step = this.model.get("step")) {
    this.model.set("step", step);
    this.model.set(key in this.model.get("frames") ? "choice" : "wanted", key);
    this.model.save_changes();
  }

  /** Take the chosen frame, if it is there by now. */
  load() {
    const key = this.model.get("choice");
    const frame = this.model.get("frames")[key];
    if (frame) this.take(frame, key);
  }

  /** A figure without steps has nowhere to go. */
  go() {}

  /** Tell aloud what the status says; while a figure runs by itself, it keeps silent. */
  speak() {
    this.spoken.textContent = this.status.textContent;
  }

  /** Choose in a menu whose things are numbered; where there is a kernel, it has one more of them. */
  pickNumber(label, number, stored, name = (i) => String(i + 1)) {
    const count = Math.max(stored, number + 1) + (this.model.get("live") ? 1 : 0);
    const select = label.querySelector("select");
    if (select.options.length !== count) {
      select.replaceChildren(...range(count).map((i) => html("option", {}, name(i))));
    }
    pick(label, number);
  }

  /** Note how far the reader is, and tell the model, which others may watch. */
  arrive(step, last) {
    this.step = Math.max(0, Math.min(step, last));
    if (this.step === this.model.get("step")) return;
    this.model.set("step", this.step);
    this.model.save_changes();
  }
}

/** What a drawing module exports: `render` puts a figure of this kind into an element. */
export const explorable = (Kind, ...more) => ({
  render({ model, el }) {
    join(el);
    const figure = new Kind(model, el, ...more);
    figure.load();
    const load = () => figure.load();
    const go = () => figure.step !== model.get("step") && figure.go(model.get("step"));
    const listeners = { "change:choice": load, "change:frames": load, "change:step": go };
    Object.entries(listeners).forEach(([event, listener]) => model.on(event, listener));
    return () => {
      figure.runner?.pause();
      figure.observer?.disconnect();
      Object.entries(listeners).forEach(([event, listener]) => model.off(event, listener));
    };
  },
});

/** Be an explorable: a figure of a page is one already, the output of a notebook becomes one. */
function join(el) {
  if (el.closest(".explorable")) return;
  el.classList.add("explorable");
  // JupyterLab would take the arrow keys, unless the very element in focus forbids it.
  el.addEventListener("focusin", (event) =>
    event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
}
