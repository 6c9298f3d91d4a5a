import { TimeSeries } from '@grafana/ui';

const LEGEND = { displayMode: 'list', placement: 'bottom', calcs: [], showLegend: true };

export function Lines({ panel, data, range, width, height }) {
  return <TimeSeries frames={data} timeRange={range} timeZone="browser" width={width} height={height} legend={{ ...LEGEND, ...panel.options?.legend }} options={panel.options} />;
}
