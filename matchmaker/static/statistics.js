// Charts of the statistics page, from the data beside them. Without this file the tables say the same.
import { keepDrawn, picture } from "./charts.js";
import { heightOf, optionOf } from "./figures.js";

for (const place of document.querySelectorAll("[data-figure]")) {
  const data = JSON.parse(place.dataset.figure);
  const option = optionOf(data);
  const chart = keepDrawn(place, option);
  chart.on("click", ({ data: point }) => {
    if (point?.url && point.value) window.location.assign(point.url);
  });
  const save = place.closest("section").querySelector("[data-save]");
  save.hidden = false;
  save.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = picture(option, 900, heightOf(data));
    link.download = `${save.dataset.save}.png`;
    link.click();
  });
}

// Own days are only asked for where own days are chosen.
const span = document.getElementById("span");
const show = () => document.querySelectorAll("[data-own-days]").forEach((each) => { each.hidden = span.value !== "own"; });
span?.addEventListener("change", show);
if (span) show();
