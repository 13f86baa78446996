// Forms and lists of problems and capabilities. Aids only: without this everything can still be read and posted.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-rows]").forEach(editRows);
  document.querySelectorAll("[data-money]").forEach(showFigures);
  document.querySelectorAll("[data-first-level]").forEach(narrowSecondLevel);
  document.querySelectorAll("form[data-progress]").forEach(showProgress);
  document.querySelectorAll("form[data-autosave]").forEach(saveWhileTyping);
  document.querySelectorAll("form[data-autosubmit]").forEach(submitOnChoice);
  document.querySelectorAll("[data-fill]").forEach(fillFromButton);
  if (window.matchMedia("(min-width: 992px)").matches) {
    document.querySelectorAll("details[data-open-wide]").forEach((each) => { each.open = true; });
  }
  if (window.matchMedia("(max-width: 575.98px)").matches) {
    document.querySelectorAll('details[data-fold-narrow="yes"]').forEach((each) => { each.open = false; });
  }
});

// Rows of targets or patents: add and remove without asking the server.
function editRows(box) {
  const list = box.querySelector(".rows-list");
  const name = box.dataset.rows;
  const number = (row) => Number(row.querySelector(`[name^="${name}-"]`).name.split("-")[1]);
  const changed = () => box.dispatchEvent(new Event("input", { bubbles: true }));
  const empty = (row) => {
    row.querySelectorAll("input, textarea").forEach((field) => { field.value = ""; });
    row.querySelectorAll("select").forEach((field) => { field.selectedIndex = 0; });
    row.querySelectorAll(".field-error").forEach((each) => each.remove());
    row.querySelectorAll("[aria-invalid]").forEach((each) => each.removeAttribute("aria-invalid"));
  };
  box.querySelector(".rows-add").addEventListener("click", (event) => {
    event.preventDefault();
    const rows = [...list.children];
    if (rows.length >= 20) return;
    const next = Math.max(...rows.map(number)) + 1;
    const row = rows[rows.length - 1].cloneNode(true);
    empty(row);
    const pattern = new RegExp(`^${name}-\\d+-`);
    for (const attribute of ["name", "id", "for"]) {
      row.querySelectorAll(`[${attribute}]`).forEach((each) => {
        each.setAttribute(attribute, each.getAttribute(attribute).replace(pattern, `${name}-${next}-`));
      });
    }
    list.append(row);
    row.querySelector("input, select").focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest(".rows-remove");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-row]");
    if (list.children.length === 1) empty(row);
    else row.remove();
    box.querySelector(".rows-add").focus();
    changed();
  });
}

// Only the figures that the chosen kind of budget or price asks for.
function showFigures(box) {
  const show = () => {
    const kind = box.querySelector("input[type=radio]:checked")?.value || "";
    box.querySelectorAll("[data-money-for]").forEach((each) => {
      each.hidden = !each.dataset.moneyFor.split(" ").includes(kind);
    });
  };
  box.addEventListener("change", show);
  show();
}

// The second level offers only what belongs to the first.
function narrowSecondLevel(first) {
  const second = document.getElementById(first.dataset.firstLevel);
  const groups = [...second.querySelectorAll("optgroup")];
  const narrow = () => {
    const chosen = second.selectedOptions[0]?.parentElement;
    groups.forEach((group) => group.remove());
    second.append(...groups.filter((group) => !first.value || group.dataset.parent === first.value));
    if (chosen?.matches?.("optgroup") && !chosen.isConnected) second.value = "";
  };
  first.addEventListener("change", narrow);
  if (!second.closest(".field-bad")) narrow();
}

// How many of the fields that must be filled are filled, in all and in each part of the form.
function showProgress(form) {
  const all = document.querySelector("[data-progress-all]");
  const parts = [...document.querySelectorAll("[data-progress-part]")];
  const choices = form.dataset.needed.split(" ").map((id) => document.getElementById(id));
  const filled = (field) => field.matches("fieldset")
    ? field.querySelector("input:checked") !== null
    : field.value.trim() !== "";
  const fields = (root) => [
    ...root.querySelectorAll("[required]:not([type=radio]):not([type=checkbox])"),
    ...choices.filter((each) => root.contains(each)),
  ];
  const show = () => {
    const needed = fields(form);
    const done = needed.filter(filled).length;
    if (all) {
      all.querySelector("progress").max = needed.length;
      all.querySelector("progress").value = done;
      all.querySelector("[data-progress-count]").textContent = `${done} / ${needed.length}`;
    }
    parts.forEach((part) => {
      const own = fields(document.getElementById(part.dataset.progressPart));
      part.classList.toggle("part-done", own.length > 0 && own.every(filled));
    });
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}

// A draft is saved a few seconds after the last key, and at least every ten seconds while somebody types.
function saveWhileTyping(form) {
  const note = document.getElementById("saved-at");
  let timer = null;
  let firstChange = 0;
  let saving = null;
  let stopped = false;

  const say = (text, bad = false) => {
    note.textContent = text;
    note.classList.toggle("late", bad);
  };
  const save = async () => {
    timer = null;
    firstChange = 0;
    let answer;
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
        redirect: "manual",
      });
      if (response.type === "opaqueredirect") return stop(form.dataset.signedOut);
      if (!response.headers.get("content-type")?.startsWith("application/json")) return say(form.dataset.failed, true);
      answer = await response.json();
      if (!response.ok) return stop(answer.message);
    } catch {
      plan();
      return say(form.dataset.failed, true);
    }
    form.elements.version.value = answer.version;
    if (answer.edit_url) {
      form.action = answer.edit_url;
      form.dataset.autosave = answer.autosave_url;
      window.history.replaceState(null, "", answer.edit_url);
    }
    say(answer.message, answer.skipped.length > 0);
    if (answer.skipped.length === 0 && timer === null) form.dispatchEvent(new Event("matchmaker:saved"));
  };
  const stop = (text) => {
    stopped = true;
    say(text, true);
  };
  const plan = () => {
    if (stopped) return;
    const now = Date.now();
    firstChange = firstChange || now;
    clearTimeout(timer);
    timer = setTimeout(begin, Math.max(0, Math.min(3000, firstChange + 10000 - now)));
  };
  const begin = async () => {
    if (saving) return plan();
    saving = save();
    await saving;
    saving = null;
  };
  form.addEventListener("input", plan);
  form.addEventListener("change", plan);
  // A save on its way would make the version that is being submitted look old: wait for it.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!saving) { stopped = true; return; }
    event.preventDefault();
    const button = event.submitter;
    await saving;
    stopped = true;
    form.requestSubmit(button);
  });
}

// A list's filters act when they are chosen.
function submitOnChoice(form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) form.requestSubmit();
  });
}

// A ready sentence goes into the text that it is for.
function fillFromButton(button) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.fill);
    const text = button.textContent.trim();
    field.value = field.value.trim() ? `${field.value.trim()}\n${text}` : text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
