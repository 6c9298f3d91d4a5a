import { renderMarkdown, textUtil } from '@grafana/data';

export function Text({ panel, width, height }) {
  const { content = '', mode = 'markdown' } = panel.options ?? {};
  const html = mode === 'html' ? textUtil.sanitize(content) : renderMarkdown(content);
  return <div className="markdown-html" style={{ width, height, overflow: 'hidden' }} dangerouslySetInnerHTML={{ __html: html }} />;
}
