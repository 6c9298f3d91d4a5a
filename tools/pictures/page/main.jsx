// Draws what draw.py hands over: window.draw({ board, values, from, to, answers, expand, width }); times in milliseconds.
import { createRoot } from 'react-dom/client';
import { createTheme, dateTime, standardTransformers, standardTransformersRegistry, ThemeContext } from '@grafana/data';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { Board } from './board.jsx';

const transformers = new Map(Object.values(standardTransformers).map((one) => [one.id, one])); // one is there by two names
standardTransformersRegistry.setInit(() => [...transformers.values()].map((one) => ({ id: one.id, name: one.name, transformation: one })));
window.addEventListener('error', ({ message }) => (window.failed = message));

const theme = createTheme({ colors: { mode: 'dark' } });

window.draw = ({ from, to, ...input }) => {
  const raw = { from: dateTime(from), to: dateTime(to) };
  document.body.style.background = theme.colors.background.canvas;
  createRoot(document.getElementById('board')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <PortalContainer />
      <Board {...input} range={{ ...raw, raw }} />
    </ThemeContext.Provider>
  );
};
