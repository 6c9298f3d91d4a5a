// A type that @grafana/ui doesn't export and that nobody has drawn here.
export function Missing({ panel, width, height }) {
  return <div style={{ width, height, display: 'grid', placeItems: 'center' }}>a panel of type {panel.type} can&apos;t be drawn here</div>;
}
