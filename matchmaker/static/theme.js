// Light or dark by the system's wish, and light on paper; before the first paint, hence not deferred.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const wear = (theme) => document.documentElement.setAttribute("data-bs-theme", theme);
const apply = () => wear(dark.matches ? "dark" : "light");
apply();
dark.addEventListener("change", apply);
window.addEventListener("beforeprint", () => wear("light"));
window.addEventListener("afterprint", apply);
