// Cooperation records: the print button, shown only where it can work; filters folded on a phone.
"use strict";

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
if (window.matchMedia("(max-width: 575.98px)").matches) {
  document.querySelectorAll('details[data-fold-narrow="yes"]').forEach((each) => { each.open = false; });
}
