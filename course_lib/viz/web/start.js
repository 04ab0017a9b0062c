// On a page without a kernel: give every figure's drawing module the frames stored in the figure.

/** What a drawing module needs of a widget's model, over stored data. */
function storedModel(data) {
  const listeners = new Map();
  const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
  return {
    get: (name) => data[name],
    set(name, value) {
      if (data[name] === value) return;
      data[name] = value;
      [...of(`change:${name}`)].forEach((listener) => listener());
    },
    on: (event, listener) => of(event).add(listener),
    off: (event, listener) => of(event).delete(listener),
    save_changes() {},
  };
}

async function start(figure) {
  const stage = document.createElement("div");
  try {
    const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    const module = await import(new URL(`./${figure.dataset.module}.js`, import.meta.url));
    figure.append(stage);
    await module.default.render({ model: storedModel(data), el: stage });
    figure.querySelector(".explorable-fallback").hidden = true;
  } catch {
    stage.remove(); // The table that was there before still tells the result.
  }
}

document.querySelectorAll("figure.explorable[data-module]").forEach(start);
