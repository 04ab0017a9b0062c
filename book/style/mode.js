// Light or dark, before the page is first painted: what the reader chose, else what the system says.

function chosen() {
  try {
    return localStorage.getItem("mode");
  } catch {
    return null; // Nothing can be stored here.
  }
}

const page = document.documentElement.dataset;
page.mode = chosen() ?? "auto";
const night = page.mode === "auto" && matchMedia("(prefers-color-scheme: dark)").matches;
page.theme = night || page.mode === "dark" ? "dark" : "light";

// Paper is white.
let onScreen = page.theme;
addEventListener("beforeprint", () => {
  onScreen = page.theme;
  page.theme = "light";
});
addEventListener("afterprint", () => (page.theme = onScreen));
