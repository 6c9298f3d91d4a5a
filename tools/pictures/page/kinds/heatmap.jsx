// A heatmap. Grafana's own is not in @grafana/ui: this one is drawn here, with the board's scheme of colours, its units
// and its buckets. It shows whether the panel's data is right and what its shape is, not how Grafana draws it.
import { useEffect, useRef } from 'react';
import { dateTimeFormat, getValueFormat, formattedValueToString } from '@grafana/data';
import * as chromatic from 'd3-scale-chromatic';

const LEFT = 56;
const BELOW = 20;

export function Heatmap({ panel, data, range, width, height, theme }) {
  const canvas = useRef(null);
  useEffect(() => {
    const draw = canvas.current.getContext('2d');
    draw.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    cells(draw, data[0], range, scheme(panel), width - LEFT, height - BELOW);
    axes(draw, data[0], range, panel, theme, width, height);
  }, []);
  return <canvas ref={canvas} width={width * devicePixelRatio} height={height * devicePixelRatio} style={{ width, height }} />;
}

function scheme({ options = {} }) {
  const { scheme: name = 'Oranges', reverse = false } = options.color ?? {};
  const scale = chromatic[`interpolate${name}`] ?? chromatic.interpolateOranges;
  const single = /^(Blues|Greens|Greys|Oranges|Purples|Reds)$|^[A-Z][a-z]+[A-Z]/.test(name);
  return (part) => scale(single !== reverse ? 1 - part : part); // on a dark ground the most is the brightest, as in Grafana
}

function cells(draw, frame, range, color, wide, high) {
  const [time, ...rows] = frame.fields;
  const most = Math.max(1e-12, ...rows.flatMap(({ values }) => values));
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  const step = time.config.interval || (to - from) / Math.max(1, frame.length);
  const x = (at) => LEFT + (wide * (at - from)) / (to - from);
  rows.forEach(({ values }, row) => {
    const tall = high / rows.length;
    values.forEach((count, index) => {
      if (!(count > 0)) return;
      draw.fillStyle = color(Math.sqrt(count / most));
      const left = Math.max(LEFT, x(time.values[index] - step));
      draw.fillRect(left, high - (row + 1) * tall, Math.max(1, x(time.values[index]) - left - 1), tall - 1);
    });
  });
}

function axes(draw, frame, range, panel, theme, width, height) {
  const rows = frame.fields.slice(1);
  const unit = getValueFormat(panel.options?.yAxis?.unit ?? panel.fieldConfig?.defaults?.unit ?? 'short');
  draw.fillStyle = theme.colors.text.primary;
  draw.font = '12px Inter';
  draw.textAlign = 'right';
  const tall = (height - BELOW) / rows.length;
  const every = Math.ceil(16 / tall);
  rows.forEach(({ name }, row) => {
    if (row % every === 0) draw.fillText(name === '+Inf' ? '+Inf' : formattedValueToString(unit(Number(name))), LEFT - 6, height - BELOW - row * tall);
  });
  draw.textAlign = 'center';
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  for (let part = 0.1; part < 1; part += 0.2)
    draw.fillText(dateTimeFormat(from + part * (to - from), { format: 'HH:mm' }), LEFT + part * (width - LEFT), height - 5);
}
