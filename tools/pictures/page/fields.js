// What a field's configuration may hold, and what it is where a board says nothing. In Grafana each panel plugin
// registers this; the plugins are not in @grafana/ui, so their defaults are here: those of 11.6.
import { FieldConfigOptionsRegistry, FieldColorModeId } from '@grafana/data';

const STANDARD = ['unit', 'decimals', 'min', 'max', 'displayName', 'color', 'thresholds', 'mappings', 'noValue', 'links', 'filterable', 'fieldMinMax', 'description'];

const LINES = {
  drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 1, fillOpacity: 0, gradientMode: 'none', spanNulls: false,
  showPoints: 'auto', pointSize: 5, barAlignment: 0, stacking: { mode: 'none', group: 'A' }, axisPlacement: 'auto',
  axisLabel: '', axisColorMode: 'text', scaleDistribution: { type: 'linear' }, axisCenteredZero: false,
  hideFrom: { tooltip: false, viz: false, legend: false }, thresholdsStyle: { mode: 'off' }, axisBorderShow: false,
};
const CUSTOM = {
  timeseries: LINES,
  table: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false },
};
const COLOR = { timeseries: FieldColorModeId.PaletteClassic };

// The panel's configuration with the defaults in it, and the registry that its overrides are looked up in.
export function fieldConfig({ type, fieldConfig: given = {} }) {
  const defaults = given.defaults ?? {};
  const overrides = (given.overrides ?? []).map((rule) => ({ ...rule, properties: rule.properties.map(mended) }));
  const whole = {
    ...defaults,
    color: defaults.color ?? { mode: COLOR[type] ?? FieldColorModeId.Thresholds },
    thresholds: steps(defaults.thresholds) ?? { mode: 'absolute', steps: [{ color: 'green', value: -Infinity }, { color: 'red', value: 80 }] },
    custom: { ...CUSTOM[type], ...defaults.custom },
  };
  return { source: { defaults: whole, overrides }, registry: registry(whole, overrides) };
}

function mended({ id, value }) {
  return { id, value: id === 'thresholds' ? steps(value) : value };
}

function steps(thresholds) {
  return thresholds && { ...thresholds, steps: thresholds.steps.map((step) => ({ ...step, value: step.value ?? -Infinity })) };
}

function registry(whole, overrides) {
  const named = overrides.flatMap(({ properties }) => properties.map(({ id }) => id)).filter((id) => id.startsWith('custom.'));
  const custom = new Set([...Object.keys(whole.custom).map((name) => `custom.${name}`), ...named]);
  return new FieldConfigOptionsRegistry(() => [...STANDARD, ...custom].map(item));
}

function item(id) {
  const isCustom = id.startsWith('custom.');
  return { id, name: id, path: isCustom ? id.slice(7) : id, isCustom, process: (value) => value, shouldApply: () => true, override: null, editor: null };
}
