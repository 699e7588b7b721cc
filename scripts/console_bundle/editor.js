// What the console's scripts use of CodeMirror. How it looks and what it knows of qbXML is not here: that is ours,
// in src/qbconnector/console/static, and changes without a new bundle.
//
// The console's pages allow no inline styles (style-src 'self'). In a document CodeMirror writes a <style> element,
// which such a page refuses; in a shadow root it uses a constructed style sheet, which is allowed. So an editor needs
// `parent` and `root` to be a shadow root (seen in Chromium 156: none of its styles in the one, all in the other).
export {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
  insertCompletionText,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export { xmlLanguage } from "@codemirror/lang-xml";
export {
  HighlightStyle,
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
export { forceLinting, lintGutter, lintKeymap, linter, setDiagnostics } from "@codemirror/lint";
export { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
export { Compartment, EditorSelection, EditorState, Prec } from "@codemirror/state";
export {
  EditorView,
  crosshairCursor,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
export { tags } from "@lezer/highlight";
