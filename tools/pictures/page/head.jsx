// The head of a board: title, time range, variables as they are chosen, links.
import { dateTimeFormat } from '@grafana/data';
import { Icon, useTheme2 } from '@grafana/ui';

export function Head({ board, values, range }) {
  const { colors } = useTheme2();
  const box = { border: `1px solid ${colors.border.medium}`, borderRadius: 2, padding: '5px 8px', background: colors.background.primary };
  const variables = (board.templating?.list ?? []).filter((variable) => variable.hide !== 2 && variable.hide !== 'hideVariable');
  const time = `${dateTimeFormat(range.from)} to ${dateTimeFormat(range.to)}`;
  return (
    <div style={{ padding: '12px 0', color: colors.text.primary }}>
      <div style={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center', marginBottom: 8 }}>
        <div style={{ fontSize: 18, fontWeight: 500 }}>{board.title}</div>
        <div style={box}><Icon name="clock-nine" /> {time}</div>
      </div>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
        {variables.map((variable) => (
          <div key={variable.name} style={{ display: 'flex' }}>
            <div style={{ ...box, background: colors.background.secondary, fontSize: 12, fontWeight: 500 }}>{variable.label || variable.name}</div>
            <div style={box}>{values[variable.name]}</div>
          </div>
        ))}
        <div style={{ flex: 1 }} />
        {(board.links ?? []).map((link, index) => (
          <div key={index} style={{ ...box, fontSize: 12 }}>
            <Icon name={link.type === 'link' ? 'external-link-alt' : 'bars'} /> {link.title || (link.tags ?? []).join(', ')}
          </div>
        ))}
      </div>
    </div>
  );
}
