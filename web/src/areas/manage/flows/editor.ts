/** CodeMirror in the house's look: JSON with its problems on the lines, and two versions side by side. */

import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, defaultHighlightStyle, foldGutter, foldKeymap, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { Mark } from './problems'

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--surface)', color: 'var(--ink)', fontSize: '13px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '20px' },
  '.cm-gutters': { backgroundColor: 'var(--surface-2)', color: 'var(--ink-3)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent-ink) 6%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--accent-ink) 22%, transparent) !important' },
  '.cm-tooltip, .cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line-strong)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--alarm)' },
  '.cm-changedLine': { backgroundColor: 'var(--ready-soft)' },
  '&.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--alarm-soft)' },
})

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent-ink)' },
  { tag: tags.string, color: 'var(--talking)' },
  { tag: tags.number, color: 'var(--hold)' },
  { tag: [tags.bool, tags.null], color: 'var(--ringing)' },
  { tag: tags.punctuation, color: 'var(--ink-3)' },
])

export function plain(label: string): Extension[] {
  return [
    lineNumbers(), foldGutter(), json(), bracketMatching(), drawSelection(), search({ top: true }), highlightSelectionMatches(),
    syntaxHighlighting(colours), syntaxHighlighting(defaultHighlightStyle, { fallback: true }), look,
    EditorView.contentAttributes.of({ 'aria-label': label }),
    keymap.of([...searchKeymap, ...foldKeymap, ...defaultKeymap]),
  ]
}

export function readOnly(): Extension[] {
  return [EditorState.readOnly.of(true), EditorView.editable.of(false)]
}

/** `onText` hears what is typed; `types` completes the value of `"type": "…"`. */
export function editing(label: string, onText: (text: string) => void, types: () => string[]): Extension[] {
  const complete = (context: CompletionContext): CompletionResult | null => {
    const before = context.matchBefore(/"type"\s*:\s*"[\w-]*/)
    if (!before) return null
    const from = before.from + before.text.lastIndexOf('"') + 1
    return { from, options: types().map((type) => ({ label: type, type: 'enum' })) }
  }
  return [
    ...plain(label), history(), indentOnInput(), highlightActiveLine(), highlightActiveLineGutter(), lintGutter(),
    autocompletion({ override: [complete] }),
    keymap.of([indentWithTab, ...historyKeymap, ...lintKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onText(update.state.doc.toString())
    }),
  ]
}

export function show(view: EditorView, marks: Mark[]): void {
  const length = view.state.doc.length
  const diagnostics: Diagnostic[] = marks
    .map(({ from, to, message, severity }) => ({ from: Math.min(from, length), to: Math.min(to, length), message, severity }))
    .sort((a, b) => a.from - b.from)
  view.dispatch(setDiagnostics(view.state, diagnostics))
}
