import { getDisplayValueAlignmentFactors } from '@grafana/data';
import { BigValue, VizRepeater } from '@grafana/ui';
import { values } from './values.js';

export function Stat(input) {
  const { panel, width, height, theme } = input;
  const options = { graphMode: 'area', colorMode: 'value', justifyMode: 'auto', textMode: 'auto', orientation: 'auto', wideLayout: true, ...panel.options };
  const spark = (shown) => shown.sparkline && { ...shown.sparkline, timeRange: input.range };
  return (
    <VizRepeater
      {...{ width, height }}
      getValues={() => values(input, options.graphMode !== 'none')}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      source={input.data}
      itemSpacing={3}
      renderCounter={0}
      autoGrid={options.orientation === 'auto'}
      orientation={options.orientation}
      renderValue={({ value, width: w, height: h, alignmentFactors, count }) => (
        <BigValue {...options} value={value.display} count={count} sparkline={spark(value)} width={w} height={h} theme={theme} alignmentFactors={alignmentFactors} />
      )}
    />
  );
}
Stat.padding = 'md';
