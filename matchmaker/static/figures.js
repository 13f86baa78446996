// ECharts options of the bureau's figures, from the data of matchmaker/statistics/charts.py.
import { common } from "./charts.js";

const DECALS = ["none", "rect", "circle"];
const short = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);
const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });

// Bars from zero, upright or lying; a second series has a pattern, so that grey paper tells them apart.
function bars(data, style, width) {
  const names = {
    type: "category",
    data: data.categories,
    inverse: data.lying,
    axisLabel: data.lying
      ? { color: style.muted, width: Math.min(140, width / 3), overflow: "truncate" }
      : { color: style.muted, hideOverlap: true },
    axisLine: { lineStyle: { color: style.line } },
    axisTick: { show: false },
  };
  const values = {
    type: "value",
    min: 0,
    name: data.unit || "",
    minInterval: data.unit ? 0 : 1,
    nameTextStyle: { color: style.muted },
    axisLabel: { color: style.muted, formatter: number },
    splitLine: { lineStyle: { color: style.line } },
    splitNumber: width < 480 ? 3 : 5,
  };
  const crowded = data.categories.length * data.series.length > (width < 480 ? 12 : 36);
  return {
    ...common(style),
    tooltip: {
      ...common(style).tooltip,
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (found) =>
        [found[0].name, ...found.map((each) => `${each.seriesName}  ${number(each.value)}${data.unit ? ` ${data.unit}` : ""}`)].join("\n"),
    },
    legend: { top: 0, textStyle: { color: style.text }, itemGap: 20 },
    grid: { left: 12, right: data.lying ? 48 : 16, top: 40, bottom: 8, containLabel: true },
    xAxis: data.lying ? values : names,
    yAxis: data.lying ? names : values,
    series: data.series.map((series, place) => ({
      name: series.name,
      type: "bar",
      data: series.points,
      barMaxWidth: 28,
      color: style.tone(series.tone),
      itemStyle: { decal: { symbol: DECALS[place], color: style.surface, symbolSize: 0.5 } },
      cursor: "pointer",
      label: {
        show: !crowded,
        position: data.lying ? "right" : "top",
        color: style.text,
        fontSize: 11,
        formatter: (each) => (each.value ? number(each.value) : ""),
      },
    })),
  };
}

function funnel(data, style, width) {
  const most = Math.max(1, ...data.points.map((each) => each.value));
  const note = (point) => (point.share === null ? "" : `  ${data.of_before.replace("{share}", point.share)}`);
  return {
    ...common(style),
    tooltip: {
      ...common(style).tooltip,
      formatter: ({ data: point }) => `${point.name}  ${number(point.value)}${note(point)}`,
    },
    series: [{
      type: "funnel",
      sort: "none",
      min: 0,
      max: most,
      minSize: 1,
      left: 8,
      right: width < 480 ? "52%" : "45%",
      top: 8,
      bottom: 8,
      gap: 2,
      cursor: "pointer",
      label: { position: "right", color: style.text, formatter: ({ data: point }) => `${point.name}  ${number(point.value)}${width < 480 ? "" : note(point)}` },
      labelLine: { length: 12, lineStyle: { color: style.line } },
      itemStyle: { borderColor: style.surface, borderWidth: 1 },
      data: data.points.map((point) => ({ ...point, itemStyle: { color: style.tone(point.tone) } })),
    }],
  };
}

// Names are made their own for each side: a field and an institution may be called the same.
function sankey(data, style, width) {
  const left = [...new Set(data.links.map((each) => each.source))];
  const right = [...new Set(data.links.map((each) => each.target))];
  const most = width < 480 ? 7 : 18;
  const node = (side, tone) => (name) => ({
    name: `${side}:${name}`,
    itemStyle: { color: style.tone(tone), borderWidth: 0 },
    label: { position: side === "l" ? "left" : "right" },
  });
  const plain = (name) => name.slice(2);
  const room = width < 480 ? 92 : 260;
  return {
    ...common(style),
    tooltip: {
      ...common(style).tooltip,
      formatter: (found) =>
        found.dataType === "edge"
          ? `${plain(found.data.source)} → ${plain(found.data.target)}  ${number(found.data.value)}`
          : `${plain(found.name)}  ${number(found.value)}`,
    },
    series: [{
      type: "sankey",
      left: Math.min(room, 150),
      right: room,
      top: 8,
      bottom: 8,
      nodeWidth: 12,
      nodeGap: 8,
      draggable: false,
      layoutIterations: 32,
      label: { color: style.text, formatter: (found) => short(plain(found.name), most) },
      lineStyle: { color: "source", opacity: 0.35, curveness: 0.5 },
      data: [...left.map(node("l", "live")), ...right.map(node("r", "working"))],
      links: data.links.map((each) => ({ ...each, source: `l:${each.source}`, target: `r:${each.target}` })),
    }],
  };
}

const KINDS = { bars, funnel, sankey };

// The option of a chart as a function of its look and width.
export const optionOf = (data) => (style, width) => KINDS[data.kind](data, style, width);
export const heightOf = (data) => (data.kind === "sankey" ? 520 : data.lying ? Math.max(260, 60 + 34 * data.categories.length) : 380);
