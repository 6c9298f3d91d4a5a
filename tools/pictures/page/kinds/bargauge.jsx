import { getDisplayValueAlignmentFactors } from '@grafana/data';
import { BarGauge, VizRepeater } from '@grafana/ui';
import { values } from './values.js';

export function BarGauges(input) {
  const options = { displayMode: 'gradient', orientation: 'auto', showUnfilled: true, valueMode: 'color', minVizHeight: 16, maxVizHeight: 300, minVizWidth: 8, namePlacement: 'auto', sizing: 'auto', ...input.panel.options };
  return <Repeated input={input} options={options} draw={(value, size, alignmentFactors, orientation, many) => (
    <BarGauge {...size} value={many ? value.display : { ...value.display, title: undefined }} field={value.field} display={value.view?.getFieldDisplayProcessor(value.colIndex)} theme={input.theme} itemSpacing={8} lcdCellWidth={12} orientation={orientation} displayMode={options.displayMode} showUnfilled={options.showUnfilled} valueDisplayMode={options.valueMode} text={options.text} alignmentFactors={alignmentFactors} namePlacement={options.namePlacement} />
  )} />;
}

function Repeated({ input, options, draw }) {
  const { width, height, data } = input;
  return (
    <VizRepeater
      {...{ width, height }}
      getValues={() => values(input, false)}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      source={data}
      itemSpacing={8}
      renderCounter={0}
      autoGrid={false}
      orientation={options.orientation}
      minVizHeight={options.minVizHeight}
      maxVizHeight={options.maxVizHeight}
      minVizWidth={options.minVizWidth}
      renderValue={({ value, width: w, height: h, alignmentFactors, orientation, count }) => draw(value, { width: w, height: h }, alignmentFactors, orientation, count > 1 || input.panel.options?.reduceOptions?.values)}
    />
  );
}
