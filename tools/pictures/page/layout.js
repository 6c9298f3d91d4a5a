// The panels that show: those of a collapsed row only if it is to be expanded, and then what is below moves down.
export function laidOut(panels, expand) {
  const shown = [];
  let moved = 0;
  for (const panel of panels) {
    const at = { ...panel.gridPos, y: panel.gridPos.y + moved };
    const inner = panel.type === 'row' && panel.collapsed ? panel.panels ?? [] : [];
    shown.push({ ...panel, gridPos: at, collapsed: inner.length > 0 && !expand });
    if (expand && inner.length) {
      const top = Math.min(...inner.map(({ gridPos }) => gridPos.y));
      const low = Math.max(...inner.map(({ gridPos }) => gridPos.y + gridPos.h));
      inner.forEach((one) => shown.push({ ...one, gridPos: { ...one.gridPos, y: one.gridPos.y - top + at.y + 1 } }));
      moved += low - top;
    }
  }
  return shown;
}
