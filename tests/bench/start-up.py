#!/usr/bin/env python3
"""Seconds from the command to the first step of the demo on a fresh account, and again.

usage: start-up.py PROGRAM [--window] [--checkpoint DIR] [--times 2]

PROGRAM is diptych-cli: what is timed is `sample --steps 1`, from start to end: opening,
compiling, one step, one picture.  With --window it is diptych, and what is timed is
`diptych --demo` until the window says that the first step is done (needs a display,
python3-gi and dbus-run-session; a display of its own: xvfb-run -a start-up.py ...).

Every process is new; the caches of the program and of Mesa start empty.  Not part of
./check.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

PATIENCE = 120


def run_cli(options, environment, out):
    command = [options.program, '--quiet', 'sample', '--steps', '1', '-o', out]
    if options.checkpoint:
        command.insert(3, options.checkpoint)
    start = time.monotonic()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def walk(node):
    node.clear_cache()
    yield node
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield from walk(child)


def has_step(atspi):
    """Whether any label of the program says that a step is done."""
    desktop = atspi.get_desktop(0)
    for i in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(i)
        if child is None or 'iptych' not in (child.get_name() or ''):
            continue
        for node in walk(child):
            if re.search(r'Step [1-9]\d* of ', node.get_name() or ''):
                return True
    return False


def run_window(options, environment, _):
    import gi
    gi.require_version('Atspi', '2.0')
    from gi.repository import Atspi, GLib
    start = time.monotonic()
    process = subprocess.Popen([options.program, '--demo'], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.monotonic() < start + PATIENCE:
            try:
                if has_step(Atspi):
                    return time.monotonic() - start
            except GLib.Error:
                pass
            if process.poll() is not None:
                sys.exit(f'start-up.py: {options.program} ended')
            time.sleep(0.05)
        sys.exit('start-up.py: no step was seen')
    finally:
        process.terminate()
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('program')
    parser.add_argument('--window', action='store_true')
    parser.add_argument('--checkpoint')
    parser.add_argument('--times', type=int, default=2)
    options = parser.parse_args()
    if options.window and os.environ.get('DIPTYCH_DRIVEN') != '1':
        os.environ.update(DIPTYCH_DRIVEN='1', GTK_A11Y='atspi', NO_AT_BRIDGE='0')
        os.execvp('dbus-run-session', ['dbus-run-session', '--', sys.executable] + sys.argv)
    run = run_window if options.window else run_cli
    with tempfile.TemporaryDirectory(prefix='diptych-start-up-') as home:
        environment = dict(os.environ, HOME=home, MESA_SHADER_CACHE_DIR=f'{home}/mesa',
                           GSETTINGS_BACKEND='memory', LANGUAGE='C')
        for kind in 'cache', 'config', 'data', 'state':
            environment[f'XDG_{kind.upper()}_HOME'] = f'{home}/{kind}'
        pathlib.Path(home, 'mesa').mkdir()
        for i in range(options.times):
            seconds = run(options, environment, f'{home}/{i}')
            print(f'{"fresh account" if i == 0 else "again":14} {seconds:6.2f} s'
                  f' (load {os.getloadavg()[0]:.1f})', flush=True)


main()
