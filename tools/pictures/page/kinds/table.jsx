import { Table } from '@grafana/ui';

export function TableOf({ panel, data, width, height, fieldConfig, range }) {
  const options = panel.options ?? {};
  const frame = data[options.frameIndex ?? 0];
  return <Table data={frame} width={width} height={height} noHeader={options.showHeader === false} cellHeight={options.cellHeight} initialSortBy={options.sortBy} timeRange={range} fieldConfig={fieldConfig} resizable showTypeIcons={options.showTypeIcons} />;
}
TableOf.padding = 'md';
