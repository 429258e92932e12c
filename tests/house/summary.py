#!/usr/bin/env python3
"""Adds up Meson test logs: N passed, N failed, N skipped.

Counts every line of a TAP test; a test that crashed, timed out or speaks no TAP
counts once.  Exits 1 if anything failed or nothing ran.
"""
import json
import re
import sys

RESULT = re.compile(r'(not )?ok\b(.*)')
MOST_LINES = 20


def failures(test):
    """The failed lines of a TAP test, each with the comments around it."""
    lines = (test.get('stdout') or '').splitlines()
    for at, line in enumerate(lines):
        found = RESULT.match(line)
        if not found or not found.group(1) or re.search(r'#\s*(SKIP|TODO)', line, re.I):
            continue
        first, last = at, at + 1
        while first > 0 and lines[first - 1].startswith('#'):
            first -= 1
        while last < len(lines) and lines[last].startswith('#'):
            last += 1
        yield line
        yield from [comment[1:].lstrip('#') for comment in
                    lines[first:at][-MOST_LINES:] + lines[at + 1:last][:MOST_LINES]]


def count(test):
    """(passed, failed, skipped) of one entry of testlog.json."""
    passed = failed = skipped = 0
    for line in (test.get('stdout') or '').splitlines():
        found = RESULT.match(line)
        if not found:
            continue
        if re.search(r'#\s*SKIP', found.group(2), re.IGNORECASE):
            skipped += 1
        elif found.group(1):
            failed += 1
        else:
            passed += 1
    result = test['result']
    if result in ('FAIL', 'ERROR', 'TIMEOUT', 'INTERRUPT', 'UNEXPECTEDPASS') and not failed:
        failed += 1
    elif passed + failed + skipped == 0:
        passed, skipped = (0, 1) if result == 'SKIP' else (1, 0)
    return passed, failed, skipped


def main():
    totals = [0, 0, 0]
    n_tests = 0
    for path in sys.argv[1:]:
        try:
            lines = open(path, encoding='utf-8').read().splitlines()
        except OSError as error:
            print(f'{path}: {error.strerror}')
            lines = []
            totals[1] += 1
        for line in lines:
            test = json.loads(line)
            counts = count(test)
            n_tests += 1
            totals = [a + b for a, b in zip(totals, counts)]
            if counts[1]:
                print(f'failed: {test["name"]} ({test["result"].lower()})')
                for said in failures(test):
                    print('   ', said)
            if counts[2]:
                print(f'skipped: {test["name"]} ({counts[2]})')
    print(f'{totals[0]} passed, {totals[1]} failed, {totals[2]} skipped')
    return bool(totals[1]) or n_tests == 0


if __name__ == '__main__':
    sys.exit(main())
