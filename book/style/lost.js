// The page for lost readers may be shown at any depth, and asks for this script in several folders.
// Where it was found, the site is: all links of the page start from there.

const site = new URL("..", document.currentScript.src);
for (const link of document.querySelectorAll("main a")) {
  link.href = new URL(link.getAttribute("href"), site);
}
const form = document.querySelector("form");
form.action = new URL(form.getAttribute("action"), site);
