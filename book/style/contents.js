// On a phone the contents of a page lie over it: whoever has chosen a section wants to see that.

document.addEventListener("click", ({ target }) => {
  const chosen = target.closest("dialog a[href^='#']");
  if (chosen) chosen.closest("dialog").close();
});
