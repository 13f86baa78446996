// What every chart has alike: its look by the theme, no written styles, drawing again when size or theme change.
import * as echarts from "./vendor/echarts.esm.min.js";

export const locale = document.documentElement.lang.startsWith("en") ? "EN" : "ZH";
const ON_PAPER = { // the light theme of matchmaker.css, for pictures and print whatever the screen shows
  "--accent": "#0b5cad", "--live": "#0b5cad", "--waiting": "#8a5300", "--working": "#5b3fa8", "--done": "#14713a",
  "--refused": "#b3261e", "--quiet": "#5b6570", "--muted": "#5b6570", "--line": "#dfe3e8", "--surface": "#ffffff",
};

// Colours and letters of the page, or of paper.
export function look(onPaper = false) {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => (onPaper ? ON_PAPER[name] : style.getPropertyValue(name).trim());
  return {
    tone: (name) => read(`--${name}`),
    text: onPaper ? "#212529" : getComputedStyle(document.body).color,
    muted: read("--muted"),
    line: read("--line"),
    surface: read("--surface"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

export function common(style) {
  return {
    animation: false,
    textStyle: { fontFamily: style.font, color: style.text },
    tooltip: {
      renderMode: "richText", // the HTML one writes style attributes, which the page's policy forbids
      confine: true,
      backgroundColor: style.surface,
      borderColor: style.line,
      textStyle: { color: style.text, fontFamily: style.font },
    },
  };
}

// Draws in `place` whatever `option(style, width)` says, and again when it must. Returns the chart.
export function keepDrawn(place, option) {
  place.classList.add("chart-drawn");
  const table = place.parentElement.querySelector(".chart-table");
  if (table) table.open = "keepOpen" in table.dataset;
  const chart = echarts.init(place, null, { locale, renderer: "canvas" });
  const draw = (onPaper = false) => chart.setOption(option(look(onPaper), place.clientWidth), true);
  new ResizeObserver(() => {
    chart.resize();
    draw();
  }).observe(place);
  new MutationObserver(() => draw()).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  window.addEventListener("beforeprint", () => draw(true));
  window.addEventListener("afterprint", () => draw());
  draw();
  return chart;
}

// A PNG as a data address, light and of one size whatever the screen is.
export function picture(option, width = 900, height = 420) {
  const canvas = document.createElement("canvas");
  const style = look(true);
  const chart = echarts.init(canvas, null, { locale, renderer: "canvas", width, height, devicePixelRatio: 2 });
  chart.setOption({ ...option(style, width), backgroundColor: style.surface });
  const made = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: style.surface });
  chart.dispose();
  return made;
}
