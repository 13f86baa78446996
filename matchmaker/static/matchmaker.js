// Small manners of every page. Everything here is an aid: reading and posting work without it.
"use strict";

// htmx sends the CSRF token with every request that changes something.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
});
// A refused or failed request still has a page part to show.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([400, 403, 404, 409, 413, 415, 422, 429, 500, 503].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:sendError", () => {
  const alerts = document.getElementById("alerts");
  alerts.textContent = "";
  const box = document.createElement("div");
  box.className = "alert alert-danger";
  box.setAttribute("role", "alert");
  box.textContent = document.documentElement.lang === "en"
    ? "The server cannot be reached. What you typed is still here; please try again."
    : "连不上服务器。您填写的内容还在，请稍后再试。";
  alerts.append(box);
});

// "/" goes to the search box.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  document.getElementById("top-search")?.focus();
});

// Steps that cannot be taken back by the person alone ask once.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});

// The summary of what is wrong takes the focus, so that it is read first.
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("error-summary")?.focus();
  document.querySelectorAll("[data-limit]").forEach(countCharacters);
  document.addEventListener("htmx:load", (event) => {
    event.detail.elt.querySelectorAll("[data-limit]").forEach(countCharacters);
  });
  document.querySelectorAll("form[data-guard]").forEach(guardUnsaved);
});

// Counts for limited texts.
function countCharacters(field) {
  if (field.nextElementSibling?.className === "count") return;
  const limit = Number(field.dataset.limit);
  const count = document.createElement("div");
  count.className = "count";
  field.after(count);
  const show = () => {
    const length = [...field.value].length;
    count.textContent = `${length} / ${limit}`;
    count.classList.toggle("count-over", length > limit);
  };
  field.addEventListener("input", show);
  show();
}

// Leaving with unsaved text asks.
function guardUnsaved(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  form.addEventListener("matchmaker:saved", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
