// CodeMirror as the Explorer uses it: how it looks, what it completes, marks and explains.
//
// It stands in a shadow root, since the console's pages allow no inline styles: there CodeMirror's own are a
// constructed style sheet, which is allowed. The colours are the page's variables, which reach in there.
import {
  EditorSelection, EditorState, EditorView, HighlightStyle, Prec, acceptCompletion, autocompletion, bracketMatching,
  closeBrackets, closeBracketsKeymap, completionKeymap, defaultKeymap, drawSelection, foldGutter, foldKeymap,
  highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, history, historyKeymap, hoverTooltip,
  indentUnit, indentWithTab, keymap, lineNumbers, lintGutter, lintKeymap, search, searchKeymap, setDiagnostics,
  startCompletion, syntaxHighlighting, tags, xmlLanguage,
} from "../vendor/codemirror.min.js";
import { complete, element, explain, toUnits } from "./language.js";
import { brief } from "./reference.js";

const HOVERED = 256 * 1024; // characters of a text that is explained under the pointer

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "13.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--code)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground":
    { backgroundColor: "var(--selected)" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--tint) 45%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--tint)", color: "var(--ink)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--tint)", border: "none", color: "var(--soft)", padding: "0 .4em" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--tint)" },
  ".cm-tooltip": {
    backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "8px",
    boxShadow: "0 6px 24px rgb(0 0 0 / .18)", zIndex: "20",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--code)", maxHeight: "17em", minWidth: "18em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px", display: "flex", gap: "1.2em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]":
    { backgroundColor: "var(--tint)", color: "var(--ink)" },
  ".cm-completionLabel": { flex: "1" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent)", fontWeight: "700" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--soft)", marginLeft: "0" },
  ".needed .cm-completionLabel": { fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo": { padding: "0", maxWidth: "24rem" },
  ".cm-diagnostic": { padding: "6px 10px", maxWidth: "34rem", whiteSpace: "pre-line" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warn)" },
  ".cm-lintRange": { backgroundImage: "none", textDecoration: "underline wavy 1.5px", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecorationColor: "var(--bad)", backgroundColor: "var(--bad-tint)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--warn)", backgroundColor: "var(--warn-tint)" },
  ".cm-lint-marker": { content: "''", width: ".6em", height: ".6em", borderRadius: "50%", margin: ".5em .2em" },
  ".cm-lint-marker-error": { backgroundColor: "var(--bad)" },
  ".cm-lint-marker-warning": { backgroundColor: "var(--warn)" },
  ".cm-panels": { backgroundColor: "var(--ground)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel input, .cm-panel button": {
    font: "inherit", color: "inherit", backgroundColor: "var(--paper)", backgroundImage: "none",
    border: "1px solid var(--line)", borderRadius: "6px",
  },
  ".cm-searchMatch": { backgroundColor: "var(--warn-tint)", outline: "1px solid var(--warn)" },
  // What reference.js makes of an element.
  ".brief": { padding: "8px 12px", maxWidth: "24rem", font: "13px/1.45 system-ui, sans-serif" },
  ".brief p": { margin: "2px 0" },
  ".brief .kind": { color: "var(--soft)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket], color: "var(--syntax-tag)" },
  { tag: tags.attributeName, color: "var(--syntax-name)" },
  { tag: tags.attributeValue, color: "var(--syntax-value)" },
  { tag: [tags.comment, tags.processingInstruction, tags.documentMeta], color: "var(--syntax-note)" },
  { tag: tags.character, color: "var(--syntax-value)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const shared = [
  lineNumbers(), foldGutter(), highlightSpecialChars(), drawSelection(), bracketMatching(), search({ top: true }),
  xmlLanguage, syntaxHighlighting(colours), look,
  keymap.of([...searchKeymap, ...foldKeymap]),
];

function mount(host, state) {
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  root.replaceChildren();
  return new EditorView({ state, parent: root, root });
}

// A text to look at: it can be searched and folded.
export function viewer(host, text, label) {
  return mount(host, EditorState.create({
    doc: text,
    extensions: [
      shared, EditorState.readOnly.of(true), keymap.of(defaultKeymap), hover,
      EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", tabindex: "0" }),
    ],
  }));
}

// The editor. `keys` are those of the page; `changed` is told of a new text and `moved` of a new place.
export function editor(host, text, label, keys, changed, moved) {
  return mount(host, EditorState.create({
    doc: text,
    extensions: [
      Prec.high(keymap.of([...keys, { key: "Tab", run: acceptCompletion }])),
      shared, history(), highlightActiveLine(), highlightActiveLineGutter(), indentUnit.of("  "), lintGutter(), hover,
      closeBrackets(), closing,
      autocompletion({ override: [offer], icons: false, optionClass: (one) => (one.needed ? "needed" : "") }),
      keymap.of([
        ...completionKeymap, ...closeBracketsKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab,
      ]),
      EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": "problem-count", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed();
        if (update.docChanged || update.selectionSet) moved();
      }),
    ],
  }));
}

export function replaceAll(view, text) {
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: text },
    selection: { anchor: Math.min(view.state.selection.main.head, text.length) },
    userEvent: "input.replace",
  });
}

export function goTo(view, from, to = from) {
  const { length } = view.state.doc;
  const selection = EditorSelection.range(Math.min(from, length), Math.min(to, length));
  view.dispatch({ selection, effects: EditorView.scrollIntoView(selection, { y: "center" }) });
  view.focus();
}

// Completion

const TYPED = /[<\/\w"'.?:]$|<\w[^<>]*\s$/;

async function offer(context) {
  const text = context.state.doc.toString();
  const line = text.slice(Math.max(0, context.pos - 200), context.pos);
  if (!context.explicit && !TYPED.test(line)) return null;
  const found = await complete(text, context.pos);
  if (context.aborted || !found.options.length) return null;
  const tag = text[found.start] === "<" ? "<" : "";
  const inside = found.inside.join("/");
  return {
    from: found.start,
    to: found.end,
    options: found.options.map((one, index) => offered(one, tag, inside, 99 - Math.min(index, 198))),
    validFor: /^<?[\/?]?\w*$/,
  };
}

function offered(one, tag, inside, boost) {
  return {
    label: tag + one.label,
    displayLabel: one.label,
    detail: one.detail,
    boost,
    needed: one.required,
    info: one.kind === "element" || one.kind === "request" ? () => told(`${inside}/${one.label}`) : undefined,
    apply: (view, _, from, to) => insert(view, one, from, to),
  };
}

async function told(path) {
  try {
    return brief(await element(path));
  } catch {
    return null;
  }
}

function insert(view, one, from, to) {
  view.dispatch({
    changes: { from, to, insert: one.insert },
    selection: { anchor: from + toUnits(one.insert, one.cursor) },
    userEvent: "input.complete",
    scrollIntoView: true,
  });
  if (one.kind === "element" || one.kind === "attribute") startCompletion(view);
}

// A tag that was typed gets its end.
const closing = EditorView.inputHandler.of((view, from, to, typed) => {
  if (typed !== ">" || from !== to || view.state.readOnly) return false;
  const before = view.state.sliceDoc(Math.max(0, from - 400), from);
  const open = /<([A-Za-z]\w*)(?:\s[^<>]*)?$/.exec(before);
  if (!open || before.endsWith("/")) return false;
  const end = `</${open[1]}>`;
  if (view.state.sliceDoc(to, to + end.length) === end) return false;
  view.dispatch({
    changes: { from, insert: `>${end}` }, selection: { anchor: from + 1 }, userEvent: "input.type", scrollIntoView: true,
  });
  return true;
});

// Problems, and what is under the pointer

export function mark(view, found) {
  const text = view.state.doc.toString();
  view.dispatch(setDiagnostics(view.state, found.map((one) => ({
    from: toUnits(text, one.start),
    to: toUnits(text, one.end),
    severity: one.severity,
    message: [one.message, one.remedy].filter(Boolean).join("\n"),
  }))));
}

const hover = hoverTooltip(async (view, place) => {
  if (view.state.doc.length > HOVERED) return null;
  const word = view.state.wordAt(place);
  if (!word || !/[<\/]/.test(view.state.sliceDoc(word.from - 1, word.from))) return null;
  const found = await explain(view.state.doc.toString(), place);
  if (!found) return null;
  return { pos: word.from, end: word.to, above: true, create: () => ({ dom: brief(found) }) };
});
