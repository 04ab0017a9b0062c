// Which order wrote this text? The riddles, what each order says of them, and the runs of words
// that rule orders out are die.py's.

import { format, html } from "./parts.js";

/** A riddle at a time: `start(corpus)` begins; `frame(key)` returns a stored text. */
export function guessing({ orders, riddles }, frame) {
  let [keys, at, right, asked] = [[], 0, 0, 0];
  const text = html("p", { class: "riddle" });
  const choices = orders.map((order) =>
    html("button", { type: "button", onclick: () => answer(order) }, String(order)));
  const next = html("button", { type: "button", class: "wide", onclick: () => show(at + 1) },
    "Next text");
  const verdict = html("p", { class: "verdict", role: "status" });
  const table = html("div", { class: "shares" });
  const question = html("p", { class: "question" }, "Which order wrote this?");
  const buttons = html("div", { class: "line choices", role: "group", "aria-label": "Your guess" },
    ...choices, next);
  const node = html("div", {}, question, text, buttons, verdict, table);

  function start(corpus) {
    keys = riddles[corpus];
    [right, asked] = [0, 0];
    show(0);
  }

  function show(number) {
    at = number % keys.length;
    const { words } = frame(keys[at]);
    text.textContent = words.join(" ");
    verdict.textContent = asked ? `Right so far: ${right} of ${asked}.` : "";
    table.replaceChildren();
    enable(true);
  }

  /** Not `disabled`, which would drop the keyboard's focus. */
  function enable(open) {
    choices.forEach((button) => button.setAttribute("aria-disabled", !open));
    next.hidden = open;
  }

  function answer(order) {
    if (!next.hidden) return;
    const truth = Number(keys[at].split(":")[1]);
    const told = frame(keys[at]);
    right += order === truth;
    asked += 1;
    verdict.textContent = `${judged(order, truth, told)} ${reason(told.clues)} `
      + `Right so far: ${right} of ${asked}.`;
    table.replaceChildren(html("table", { "aria-label": "What each order says of the text" },
      html("thead", {}, html("tr", {}, ...["order", "", "its share", "P(text)"].map((head) =>
        html("th", {}, head)))),
      html("tbody", {}, ...orders.map((n, i) => row(n, told, i, n === truth)))));
    enable(false);
  }

  function judged(order, truth, { shares }) {
    if (order === truth) return `Yes, order ${truth}.`;
    const share = (n) => shares[orders.indexOf(n)];
    const fair = share(order) >= share(truth) ? " From the text alone your guess was as good." : "";
    return `No, it was order ${truth}.${fair}`;
  }

  function reason(clues) {
    const first = clues.findIndex(Boolean);
    if (first < 0) return "All its runs of words occur in what was read: every order can write it.";
    const over = first === orders.length - 1 ? "" : " and above";
    return `What was read holds no ${clues[first]}, so order ${orders[first]}${over} cannot write it.`;
  }

  function row(n, { shares, logs }, i, won) {
    const p = logs[i] === null ? "0" : format(Math.exp(logs[i]), 2);
    return html("tr", { class: `state-${i % 6} ${won ? "won" : ""}` },
      html("th", { scope: "row" }, String(n)),
      html("td", { class: "bar" }, html("span", { style: `width:${100 * shares[i]}%` })),
      html("td", {}, `${Math.round(100 * shares[i])} %`), html("td", {}, p));
  }

  return { node, start };
}
