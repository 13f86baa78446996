// Briefings: charts drawn and sent along with the export, sections saved while somebody types.
import { keepDrawn, picture } from "./charts.js";
import { heightOf, optionOf } from "./figures.js";

const drawn = [...document.querySelectorAll("[data-figure]")].map((place) => {
  const data = JSON.parse(place.dataset.figure);
  keepDrawn(place, optionOf(data));
  return { name: place.dataset.name, data };
});

const exporting = document.getElementById("export");
exporting?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await Promise.all(sections.map((each) => each.settle()));
  exporting.querySelectorAll("[data-picture]").forEach((each) => each.remove());
  for (const { name, data } of drawn) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = `chart-${name}`;
    field.dataset.picture = name;
    field.value = picture(optionOf(data), 900, heightOf(data));
    exporting.append(field);
  }
  exporting.submit();
});

// A section is saved a moment after the last key. Two saves of one never overlap; a refused one waits for the person.
function saving(form) {
  const said = form.querySelector("[role=status]");
  const conflict = form.querySelector(".briefing-conflict");
  let timer = null;
  let running = null;
  let saved = form.elements.text.defaultValue;

  const save = async () => {
    const text = form.elements.text.value;
    if (text === saved) return;
    let response, answer;
    try {
      response = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
        redirect: "error",
      });
      answer = await response.json();
    } catch {
      said.textContent = form.dataset.failed;
      timer = setTimeout(begin, 10000);
      return;
    }
    if (answer.version) form.elements.version.value = answer.version;
    conflict.hidden = response.ok;
    const button = form.querySelector("button[data-mine]");
    button.textContent = answer.text === undefined ? button.dataset.plain : button.dataset.mine;
    if (response.ok) {
      saved = text;
      said.textContent = answer.message;
    } else {
      said.textContent = "";
      conflict.querySelector("[data-said]").textContent = answer.message;
      conflict.querySelector("[data-theirs]").textContent = answer.text || "";
    }
  };
  const begin = async () => {
    timer = null;
    if (running) await running;
    running = save();
    await running;
    running = null;
  };
  const soon = () => {
    clearTimeout(timer);
    if (conflict.hidden) timer = setTimeout(begin, 1200);
  };
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    begin();
  });
  window.addEventListener("beforeunload", (event) => {
    if (form.elements.text.value !== saved) event.preventDefault();
  });
  if (form.elements.text.value !== saved) soon(); // typed before this ran
  return {
    settle: async () => {
      clearTimeout(timer);
      await begin();
    },
  };
}
const sections = [...document.querySelectorAll("form[data-section]")].map(saving);
