// One board: its head and its panels, placed as Grafana's grid places them.
import { useTheme2 } from '@grafana/ui';
import { Head } from './head.jsx';
import { Panel } from './panel.jsx';
import { Row } from './row.jsx';
import { laidOut } from './layout.js';

const CELL = 30; // Grafana's GRID_CELL_HEIGHT, and below its GRID_CELL_VMARGIN: pixels
const GAP = 8;
const COLUMNS = 24;

export function Board(input) {
  const theme = useTheme2();
  const side = theme.spacing.gridSize * 2;
  const inner = input.width - 2 * side;
  const panels = laidOut(input.board.panels, input.expand);
  const low = Math.max(0, ...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return (
    <div style={{ width: input.width, padding: `0 ${side}px ${side}px`, boxSizing: 'border-box' }}>
      <Head board={input.board} values={input.values} range={input.range} />
      <div style={{ position: 'relative', height: low * (CELL + GAP) }}>
        {panels.map((panel, index) => {
          const box = place(panel.gridPos, inner);
          return (
            <div key={index} style={{ position: 'absolute', ...box }} data-panel={panel.title}>
              {panel.type === 'row' ? <Row panel={panel} /> : <Panel {...input} {...box} panel={panel} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function place({ x, y, w, h }, width) {
  const column = (width + GAP) / COLUMNS;
  return { left: x * column, top: y * (CELL + GAP), width: w * column - GAP, height: h * (CELL + GAP) - GAP };
}
