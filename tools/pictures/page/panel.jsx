// One panel: its answers as frames, its transformations, its configuration; then what its type makes of them.
import { useEffect, useState } from 'react';
import { applyFieldOverrides, EventBusSrv, transformDataFrame } from '@grafana/data';
import { PanelChrome, PanelContextProvider, useTheme2 } from '@grafana/ui';
import { fieldConfig } from './fields.js';
import { frames } from './frames.js';
import { KINDS } from './kinds/index.js';
import { Missing } from './kinds/missing.jsx';

const context = { eventsScope: 'pictures', eventBus: new EventBusSrv() };

export function Panel({ panel, answers, range, width, height }) {
  const theme = useTheme2();
  const mine = answers[panel.id] ?? [];
  const data = useTransformed(panel, mine);
  if (!data) return null;
  const { source, registry } = fieldConfig(panel);
  const shown = applyFieldOverrides({ data, fieldConfig: source, fieldConfigRegistry: registry, theme, timeZone: 'browser', replaceVariables: (text) => text });
  const error = mine.find((answer) => answer.error)?.error;
  const Kind = KINDS[panel.type] ?? Missing;
  const empty = mine.length > 0 && !shown.some((frame) => frame.length);
  return (
    <PanelContextProvider value={context}>
      <PanelChrome title={panel.title} description={panel.description} width={width} height={height} padding={Kind.padding ?? 'md'} statusMessage={error} displayMode={panel.transparent ? 'transparent' : 'default'}>
        {(innerWidth, innerHeight) => {
          const size = { width: innerWidth, height: innerHeight };
          return empty ? <Nothing {...size} text={source.defaults.noValue} /> : <Kind {...size} panel={panel} data={shown} range={range} fieldConfig={source} theme={theme} />;
        }}
      </PanelChrome>
    </PanelContextProvider>
  );
}

// The transformations answer in a stream; of these it is over at once.
function useTransformed(panel, answers) {
  const [data, set] = useState(null);
  useEffect(() => {
    const subscription = transformDataFrame(panel.transformations ?? [], frames(answers)).subscribe(set);
    return () => subscription.unsubscribe();
  }, []);
  return data;
}

function Nothing({ width, height, text }) {
  return <div data-empty="1" style={{ width, height, display: 'grid', placeItems: 'center', opacity: 0.7 }}>{text || 'No data'}</div>;
}
