// Plots of the quality page, from the data beside them. Without this file the tables say the same.
import { common, keepDrawn } from "./charts.js";

const COLOURS = ["accent", "working", "done"];
const SYMBOLS = ["circle", "triangle", "rect"];
const DASHES = ["solid", "dashed", "dotted"];
const percent = (value) => `${Math.round(100 * value)}%`;

const coloursOf = (style) => COLOURS.map(style.tone);

function shareAxis(style) {
  return {
    type: "value",
    min: 0,
    max: 1,
    interval: 0.25,
    axisLabel: { formatter: percent, color: style.muted },
    splitLine: { lineStyle: { color: style.line } },
  };
}

// Shares over categories: lines over months, bars over versions.
function shares(data, style, width) {
  const bars = data.kind === "bars";
  const value = (point) => (point ? { value: point.value, note: point.note } : { value: null, note: "–" });
  return {
    ...common(style),
    color: coloursOf(style),
    tooltip: {
      ...common(style).tooltip,
      trigger: "axis",
      formatter: (found) =>
        [found[0].axisValue, ...found.map((each) => `${each.seriesName}  ${each.data.note}`)].join("\n"),
    },
    legend: { top: 0, textStyle: { color: style.text }, itemGap: 20 },
    grid: { left: 48, right: 16, top: 36, bottom: 28 },
    xAxis: {
      type: "category",
      data: data.categories,
      axisLabel: bars
        ? { color: style.muted, interval: 0, width: (width - 80) / data.categories.length, overflow: "truncate" }
        : { color: style.muted, hideOverlap: true },
      axisLine: { lineStyle: { color: style.line } },
      axisTick: { show: false },
    },
    yAxis: shareAxis(style),
    series: data.series.map((series, place) => ({
      name: series.name,
      type: bars ? "bar" : "line",
      data: series.points.map(value),
      symbol: SYMBOLS[place],
      symbolSize: 8,
      lineStyle: { type: DASHES[place], width: 2 },
      barMaxWidth: 48,
      itemStyle: bars ? { decal: { symbol: place ? SYMBOLS[place] : "none", color: style.surface, symbolSize: 0.4 } } : {},
      label: bars ? { show: true, position: "top", color: style.text, formatter: (each) => percent(each.value) } : {},
    })),
  };
}

// Kept share by mean score, with intervals as vertical lines and the line on which the score is the chance.
function calibration(data, style) {
  const bar = (params, api) => {
    const [x, low] = api.coord([api.value(0), api.value(1)]);
    const high = api.coord([api.value(0), api.value(2)])[1];
    return { type: "line", shape: { x1: x, x2: x, y1: low, y2: high }, style: { stroke: style.tone(COLOURS[0]), lineWidth: 2 } };
  };
  return {
    ...common(style),
    tooltip: {
      ...common(style).tooltip,
      trigger: "item",
      formatter: (found) => (found.data.note ? `${found.data.name}\n${found.data.note}` : data.ideal),
    },
    grid: { left: 52, right: 24, top: 28, bottom: 44 },
    xAxis: { ...shareAxis(style), name: data.x, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: style.muted } },
    yAxis: { ...shareAxis(style), name: data.y, nameTextStyle: { color: style.muted } },
    series: [
      {
        type: "line",
        name: data.ideal,
        data: [[0, 0], [1, 1]],
        symbol: "none",
        silent: true,
        color: style.muted,
        lineStyle: { type: "dashed", width: 1 },
      },
      { type: "custom", renderItem: bar, data: data.points.map((each) => [each.x, each.low, each.high]), silent: true },
      {
        type: "scatter",
        symbolSize: 12,
        color: style.tone(COLOURS[0]),
        data: data.points.map((each) => ({ value: [each.x, each.value], name: each.name, note: each.note })),
        // above the point, so that it covers no neighbour; of two in one place the table says the other
        label: {
          show: true,
          position: "top",
          distance: 3,
          fontSize: 11,
          padding: [0, 2],
          color: style.text,
          backgroundColor: style.surface,
          formatter: (found) => percent(found.value[1]),
        },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const data = JSON.parse(place.dataset.chart);
  keepDrawn(place, (style, width) => (data.kind === "calibration" ? calibration(data, style) : shares(data, style, width)));
}
