// "Check yourself" remembers, in this browser and for this page alone, which answers a reader opened.
// Without this script, or where nothing can be stored, the answers open and close all the same.

const NAME = `hidden-states:answers:${location.pathname}`;

/** The answers opened so far, oldest first, or null where nothing can be stored. */
function remembered() {
  try {
    localStorage.setItem(NAME, localStorage.getItem(NAME) ?? "[]");
  } catch {
    return null;
  }
  try {
    return [...JSON.parse(localStorage.getItem(NAME))].map(String);
  } catch {
    return []; // Not written by us; it is written over.
  }
}

/** The questions of the section: answers that stand together belong to the text before them. */
function questionsOf(section) {
  const questions = [];
  for (const details of section.querySelectorAll(":scope > details")) {
    const before = details.previousElementSibling;
    if (before.tagName !== "DETAILS") questions.push({ text: before.textContent, answers: [] });
    const { text, answers } = questions.at(-1);
    const summary = details.querySelector("summary");
    const right = details.classList.contains("right");
    answers.push({ details, summary, right, key: `${text} ${summary.textContent}` });
  }
  for (const question of questions) question.marked = question.answers.some(({ right }) => right);
  return questions;
}

/** What the reader has reached, in words. */
function score(questions, opened) {
  const firsts = questions
    .filter(({ marked }) => marked)
    .map(({ answers }) => opened.map((key) => answers.find((a) => a.key === key)).find(Boolean));
  const tried = firsts.filter(Boolean);
  if (!tried.length) return opened.length ? "You have been here before." : "";
  const left = firsts.length - tried.length;
  const right = tried.filter((answer) => answer.right).length;
  return `${right} of ${tried.length} right at first try${left ? `, ${left} to go` : ""}.`;
}

function element(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

/** The mark on an answer that was opened: a sign for the eye, words for the ear. */
function mark({ right }, { marked }) {
  const [sign, words] = !marked ? ["•", "opened"] : right ? ["✓", "right"] : ["✗", "wrong"];
  const found = element("span", `check-mark check-${words}`);
  const unseen = element("span", "visually-hidden", `(${words})`);
  found.append(Object.assign(element("span", "", sign), { ariaHidden: "true" }), unseen);
  return found;
}

function start(section) {
  let opened = remembered();
  const questions = questionsOf(section);
  if (!opened || !questions.length) return;

  const told = element("p", "check-score");
  told.setAttribute("role", "status");
  const again = element("button", "check-again", "Start over");
  again.type = "button";
  const where = element("small", "", "Only this browser remembers it.");
  const foot = element("div", "check-foot");
  foot.append(told, again, where);
  section.append(foot);

  /** Show what was opened; `verdict` is for those who cannot see the mark appear. */
  function show(verdict = "") {
    for (const question of questions) {
      for (const answer of question.answers) {
        answer.summary.querySelector(".check-mark")?.remove();
        if (!opened.includes(answer.key)) continue;
        answer.summary.querySelector(".sd-summary-text").after(mark(answer, question));
      }
    }
    told.replaceChildren(element("span", "visually-hidden", verdict), score(questions, opened));
    again.hidden = where.hidden = !opened.length;
  }

  for (const question of questions) {
    for (const answer of question.answers) {
      answer.summary.addEventListener("click", () => {
        if (answer.details.open || opened.includes(answer.key)) return;
        opened = [...opened, answer.key];
        localStorage.setItem(NAME, JSON.stringify(opened));
        show(question.marked ? (answer.right ? "Right. " : "Wrong. ") : "");
      });
    }
  }
  again.addEventListener("click", () => {
    opened = [];
    localStorage.removeItem(NAME);
    for (const { answers } of questions) answers.forEach(({ details }) => (details.open = false));
    questions[0].answers[0].summary.focus();
    show("All answers are closed and forgotten.");
  });
  show();
}

const section = document.querySelector("section#check-yourself");
if (section) start(section);
