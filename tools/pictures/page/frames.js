// Prometheus' answers as Grafana's Prometheus data source hands them to a panel.
import { FieldType, toDataFrame } from '@grafana/data';

export function frames(answers) {
  const tables = answers.filter(({ format }) => format === 'table').length;
  return answers.flatMap((answer) => {
    if (answer.format === 'table') return [table(answer, tables > 1 ? `Value #${answer.refId}` : 'Value')];
    if (answer.format === 'heatmap') return [buckets(answer)];
    return answer.result.map((series) => line(series, answer));
  });
}

// One series is one frame; its labels are on the field, so that transformations find them.
function line({ metric, values, value }, answer) {
  const points = values ?? [value];
  const { __name__: name, ...labels } = metric;
  return toDataFrame({
    refId: answer.refId,
    name: legend(metric, answer.legendFormat),
    fields: [
      { name: 'Time', type: FieldType.time, values: points.map(([at]) => at * 1000), config: { interval: answer.step * 1000 } },
      { name: 'Value', type: FieldType.number, values: points.map(([, text]) => Number(text.replace('Inf', 'Infinity'))), labels: metric, config: { displayNameFromDS: legend(metric, answer.legendFormat) } },
    ],
  });
}

// A table: a column for each label, and the value; of a range, a row for each point.
function table({ result, refId }, name) {
  const labels = [...new Set(result.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const rows = result.flatMap(({ metric, values, value }) => (values ?? [value]).map((point) => ({ metric, point })));
  return toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: rows.map(({ point }) => point[0] * 1000) },
      ...labels.map((label) => ({ name: label, type: FieldType.string, values: rows.map(({ metric }) => metric[label] ?? ''), config: { filterable: true } })),
      { name, type: FieldType.number, values: rows.map(({ point }) => Number(point[1].replace('Inf', 'Infinity'))) },
    ],
  });
}

// A histogram: one field a bucket, each less what is in those below it, as the data source does for this format.
function buckets({ result, refId, step }) {
  const bound = ({ metric }) => Number((metric.le ?? 'NaN').replace('Inf', 'Infinity'));
  const sorted = [...result].sort((one, other) => bound(one) - bound(other));
  const times = [...new Set(sorted.flatMap(({ values }) => values.map(([at]) => at)))].sort((one, other) => one - other);
  const columns = sorted.map(({ values }) => {
    const known = new Map(values);
    return times.map((at) => Number(known.get(at) ?? 0));
  });
  const fields = columns.map((column, index) => ({
    name: sorted[index].metric.le,
    type: FieldType.number,
    labels: sorted[index].metric,
    values: column.map((count, at) => Math.max(0, count - (index ? columns[index - 1][at] : 0))),
  }));
  return toDataFrame({ refId, meta: { type: 'heatmap-rows' }, fields: [{ name: 'Time', type: FieldType.time, values: times.map((at) => at * 1000), config: { interval: step * 1000 } }, ...fields] });
}

function legend(metric, format) {
  if (format && format !== '__auto') return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => metric[label] ?? '');
  const { __name__: name = '', ...labels } = metric;
  const inner = Object.entries(labels).map(([label, value]) => `${label}="${value}"`).join(', ');
  return inner ? `${name}{${inner}}` : name || 'Value';
}
