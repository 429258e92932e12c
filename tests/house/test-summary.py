#!/usr/bin/env python3
"""summary.py on logs with known answers."""
import json
import subprocess
import sys
import tempfile

CASES = [
    ([('OK', '1..2\nok 1 /a\nok 2 /b # SKIP no device\n')], '1 passed, 0 failed, 1 skipped', 0),
    ([('FAIL', 'ok 1 /a\nnot ok 2 /b\n')], '1 passed, 1 failed, 0 skipped', 1),
    ([('ERROR', 'ok 1 /a\n')], '1 passed, 1 failed, 0 skipped', 1),
    ([('TIMEOUT', '')], '0 passed, 1 failed, 0 skipped', 1),
    ([('OK', 'no TAP here'), ('SKIP', '')], '1 passed, 0 failed, 1 skipped', 0),
    ([], '0 passed, 0 failed, 0 skipped', 1),
]
# What a failure said stands in the summary, before or after its line.
SAID = [
    ('# before: 3 is not 4\nnot ok 1 /a\nok 2 /b\n', 'before: 3 is not 4', True),
    ('ok 1 /a\nnot ok 2 /b\n# after: 3 is not 4\n', 'after: 3 is not 4', True),
    ('not ok 1 /b - the message\n', 'the message', True),
    ('# of a good one\nok 1 /a\nnot ok 2 /b\n', 'of a good one', False),
]

wrong = 0
print(f'1..{len(CASES) + len(SAID)}')


def summary_of(tests):
    with tempfile.NamedTemporaryFile('w', suffix='.json') as log:
        for result, stdout in tests:
            log.write(json.dumps({'name': 't', 'result': result, 'stdout': stdout}) + '\n')
        log.flush()
        return subprocess.run([sys.executable, sys.argv[1], log.name],
                              capture_output=True, text=True)


for number, (tests, last_line, code) in enumerate(CASES, 1):
    done = summary_of(tests)
    good = done.stdout.splitlines()[-1] == last_line and done.returncode == code
    wrong += not good
    print(f'{"" if good else "not "}ok {number} /summary/{number}')
for number, (stdout, said, is_there) in enumerate(SAID, len(CASES) + 1):
    good = (said in summary_of([('FAIL', stdout)]).stdout) == is_there
    wrong += not good
    print(f'{"" if good else "not "}ok {number} /summary/{number}')
sys.exit(wrong)
