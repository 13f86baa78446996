// The dialog that asks why a pairing does not fit: of one, or of all that are selected. Both looks of the board use it.
"use strict";

const dismissing = {
  ask: () => {},
  takesKey: () => false,
};

document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("dismiss-dialog");
  if (!dialog) return;
  const note = document.getElementById("dismiss-note");
  const words = document.getElementById("board-words").dataset;
  let send = () => {}; // what becomes of the answer where none are selected

  // `item` is the row or card in question; `send` gets the reason and the note.
  dismissing.ask = (item, sendOne) => {
    const several = picking.count();
    send = sendOne;
    document.getElementById("dismiss-subject").textContent = several
      ? words.chosen.replace("{n}", several)
      : item.getAttribute("aria-label");
    // What was begun in the panel beside goes on here.
    const begun = ["dismissal-note", "note"].map((each) => document.getElementById(`${each}-${item?.dataset.pairing}`)?.value);
    note.value = begun.find(Boolean) ?? "";
    dialog.showModal();
    dialog.querySelector("[data-reason]").focus();
  };

  function answer(reason) {
    if (reason === "other" && !note.value.trim()) {
      document.getElementById("live").textContent = words.writeNote;
      note.setAttribute("aria-invalid", "true");
      return note.focus();
    }
    note.removeAttribute("aria-invalid");
    dialog.close();
    return picking.count() ? picking.dismiss(reason, note.value) : send(reason, note.value);
  }

  // While it is open all keys are its own; a number chooses a reason.
  dismissing.takesKey = (event) => {
    if (!dialog.open) return false;
    const choice = dialog.querySelector(`[data-number="${event.key}"]`);
    if (choice && event.target !== note) {
      event.preventDefault();
      answer(choice.dataset.reason);
    }
    return true;
  };
  dialog.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-reason]");
    if (choice) answer(choice.dataset.reason);
  });
});
