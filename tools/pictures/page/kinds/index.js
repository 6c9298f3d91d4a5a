// The types of panels that can be drawn. A gauge is not: Grafana's needs flot, which is not in @grafana/ui.
import { BarGauges } from './bargauge.jsx';
import { Heatmap } from './heatmap.jsx';
import { Stat } from './stat.jsx';
import { TableOf } from './table.jsx';
import { Text } from './text.jsx';
import { Lines } from './timeseries.jsx';

export const KINDS = { timeseries: Lines, stat: Stat, bargauge: BarGauges, table: TableOf, heatmap: Heatmap, text: Text };
