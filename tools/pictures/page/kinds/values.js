// What stat, gauge and bar gauge show: each field reduced to a value, or each row.
import { getFieldDisplayValues } from '@grafana/data';

export function values({ panel, data, fieldConfig, theme }, sparkline) {
  const reduceOptions = { values: false, fields: '', ...panel.options?.reduceOptions, calcs: panel.options?.reduceOptions?.calcs ?? ['lastNotNull'] };
  return getFieldDisplayValues({ fieldConfig, reduceOptions, data, sparkline, theme, replaceVariables: (text) => text, timeZone: 'browser' });
}
