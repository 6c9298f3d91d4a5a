// A row: its title, and an arrow that says whether it is open.
import { Icon, useTheme2 } from '@grafana/ui';

export function Row({ panel }) {
  const theme = useTheme2();
  const style = { display: 'flex', alignItems: 'center', gap: 4, height: '100%', color: theme.colors.text.primary };
  return (
    <div style={{ ...style, fontSize: theme.typography.h5.fontSize, fontWeight: 500 }}>
      <Icon name={panel.collapsed ? 'angle-right' : 'angle-down'} size="lg" />
      {panel.title}
      {panel.collapsed && <span style={{ color: theme.colors.text.secondary, fontSize: 12 }}>({panel.panels.length} panels)</span>}
    </div>
  );
}
