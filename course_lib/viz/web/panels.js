// What stands beside a drawing: the formula of one cell, and the table its factors come from.

import { format, html } from "./parts.js";

/** The formula a lesson gives for a cell, in numbers, and then each of its ways in words. */
export function formulaPanel({ name, ways, shared, relation, result, joins, times }) {
  const way = ({ text, won }) => html(won && ways.length > 1 ? "mark" : "span", {}, text);
  const listed = ways.flatMap((one, i) => [i ? ", " : "", way(one)]);
  const joined = ways.length > 1 ? [`${joins}(`, ...listed, ")"] : listed;
  const factor = shared ? ` ${times} ${shared.text}` : "";
  const equation = html("p", { class: "equation" },
    `${name} = `, ...joined, `${factor} ${relation} `, html("b", {}, result));
  const row = (texts, won) =>
    html("li", { class: won ? "won" : "" }, ...texts.map((text) => html("span", {}, text)));
  const rows = ways.map((one) => {
    const won = Boolean(one.won && one.from);
    const numbers = one.product ? `${one.text} ${one.relation} ${one.product}` : one.text;
    const tie = one.tie ? " (a tie: the first state is kept)" : "";
    return row([won ? "✓" : "", numbers, one.words + tie], won);
  });
  if (shared) rows.push(row(["", `${times} ${shared.text}`, shared.words]));
  return [equation, html("ul", {}, ...rows)];
}

/** Start, transition and emission in one table; `uses` names the entries a formula reads. */
export function modelTable({ name, pi, A, B, stop }, { states, symbols, seen }, uses) {
  const entry = (value, part, row, column, first) => {
    const use = uses.find((one) => one.part === part && one.row === row && one.column === column);
    const state = use ? `used${use.won ? " won" : ""}` : "";
    return html("td", { class: `${state}${first ? " first" : ""}` }, format(value, 3));
  };
  const heads = (names) =>
    names.map((text, i) => html("th", { scope: "col", class: i === 0 ? "first" : "" }, text));
  const group = (text, colspan) => html("th", { scope: "colgroup", colspan, class: "first" }, text);
  const stops = stop ? ["STOP"] : [];
  const rows = states.map((letter, r) => html("tr", {},
    html("th", { scope: "row", class: `state-${r % 6}` }, letter),
    entry(pi[r], "pi", r, undefined, true),
    ...A[r].map((value, s) => entry(value, "A", r, s, s === 0)),
    ...stops.map(() => entry(stop[r], "stop", r)),
    ...B[r].map((value, m) => entry(value, "B", r, m, m === 0))));
  return html("table", { "aria-label": name },
    html("thead", {},
      html("tr", {}, html("td"), group("start π", 1),
        group("next day A", states.length + stops.length), group(`${seen} B`, symbols.length)),
      html("tr", {}, html("td"), html("td", { class: "first" }), ...heads([...states, ...stops]),
        ...heads(symbols))),
    html("tbody", {}, ...rows));
}
