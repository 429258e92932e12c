#!/usr/bin/env python3
"""Fails when a text is not translated: the sources against the template, the template
against every language.  TAP.  translations.py ROOT"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
PO = ROOT / 'po'
# A text in C: _ ("…"), N_ ("…"), ngettext ("…").
MARKED = re.compile(r'(?<![\w.])(?:_|N_|ngettext) ?\(')


def report(number, name, faults):
    print('not ok' if faults else 'ok', number, '-', name)
    for fault in faults:
        print('#', fault)
        print(f'{name}: {fault}', file=sys.stderr)


def files_left_out():
    listed = set((PO / 'POTFILES.in').read_text().split())
    texts = [p for p in (ROOT / 'app').rglob('*.c')
             if 'cli' not in p.parts and MARKED.search(p.read_text())]
    texts += (ROOT / 'resources' / 'ui').glob('*.ui')
    return [f'{p.relative_to(ROOT)} is not in po/POTFILES.in' for p in texts
            if str(p.relative_to(ROOT)) not in listed]


def messages_of(path):
    """The message ids of a po file, as one string each."""
    text = subprocess.run(['msgattrib', '--no-obsolete', '--no-wrap', str(path)],
                          capture_output=True, text=True, check=True).stdout
    return set(re.findall(r'^msgid (".*"(?:\n".*")*)', text, re.M))


def template_now():
    text = subprocess.run(
        ['xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_',
         '--keyword=ngettext:1,2', '-f', 'po/POTFILES.in', '-o', '-'],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout
    fresh = pathlib.Path(sys.argv[2]) / 'fresh.pot'
    fresh.write_text(text)
    return fresh


def texts_left_out():
    fresh, kept = messages_of(template_now()), messages_of(PO / 'diptych.pot')
    empty = '""'
    return ([f'not in po/diptych.pot: {m}' for m in sorted(fresh - kept) if m != empty] +
            [f'no longer there, but in po/diptych.pot: {m}' for m in sorted(kept - fresh)
             if m != empty])


def untranslated(language):
    path = PO / f'{language}.po'
    check = subprocess.run(['msgfmt', '-c', '-o', '/dev/null', '--statistics', str(path)],
                           capture_output=True, text=True, env={'LC_ALL': 'C'})
    faults = []
    if check.returncode != 0 or 'untranslated' in check.stderr or 'fuzzy' in check.stderr:
        faults.append(check.stderr.strip().replace('\n', ' '))
    missing = messages_of(PO / 'diptych.pot') - messages_of(path)
    return faults + [f'{language}.po lacks {m}' for m in sorted(missing)]


def main():
    languages = (PO / 'LINGUAS').read_text().split()
    report(1, 'every file with texts is listed', files_left_out())
    report(2, 'the template holds every text', texts_left_out())
    for number, language in enumerate(languages, 3):
        report(number, f'{language} is complete', untranslated(language))
    print(f'1..{2 + len(languages)}')


main()
