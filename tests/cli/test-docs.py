#!/usr/bin/env python3
"""Every verb and option of --help is in the man page and the shell completion, and
the other way round."""
import pathlib
import re
import subprocess
import sys

from common import Tap, run

ROOT = pathlib.Path(sys.argv[1])
MAN = (ROOT / 'data' / 'diptych-cli.1').read_text()
COMPLETION = ROOT / 'data' / 'completions' / 'diptych-cli'


def list_verbs():
    text = run('--help')[0].split('Verbs:\n')[1].split('\n\n')[0]
    return [line.split()[0] for line in text.splitlines()]


def list_options(verb):
    text = run(verb, '--help')[0]
    return set(re.findall(r'^\s+(?:-\w, )?--([a-z-]+)', text, re.MULTILINE)) - {'help'}


def man_section(verb):
    section = MAN.split('.Sh VERBS')[1].split('.Sh EXIT')[0]
    parts = re.split(r'^\.It Cm ', section, flags=re.MULTILINE)[1:]
    for part in parts:
        if part.split()[0] == verb:
            return part
    raise AssertionError(f'{verb} is not in the man page')


def in_man(verb):
    documented = set(re.findall(r'^\.It Fl (?:\w , )?-([a-z-]+)', man_section(verb), re.MULTILINE))
    general = set(re.findall(r'^\.It Fl -([a-z-]+)', MAN.split('.Sh VERBS')[0], re.MULTILINE))
    options = list_options(verb)
    assert options <= documented | general, f'not in the man page: {options - documented - general}'
    invented = documented - options
    assert not invented, f'only in the man page: {invented}'


def complete(*words):
    """What bash offers for the last word."""
    script = f'. "{COMPLETION}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _diptych_cli; ' \
             'printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(['bash', '-c', script, 'bash', 'diptych-cli', *words],
                          capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def in_completion(verb):
    offered = {o[2:] for o in complete(verb, '--')} - {'help'}
    options = list_options(verb)
    assert offered == options, f'{verb}: {offered ^ options}'


def verbs_in_completion():
    assert complete('') == set(list_verbs())


def lint():
    done = subprocess.run(['mandoc', '-T', 'lint', '-W', 'error', ROOT / 'data' / 'diptych-cli.1'],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def main():
    tap = Tap()
    for verb in list_verbs():
        tap.test(f'/docs/man/{verb}', in_man, verb)
        tap.test(f'/docs/completion/{verb}', in_completion, verb)
    tap.test('/docs/completion/verbs', verbs_in_completion)
    tap.test('/docs/man/lint', lint)
    tap.done()


main()
