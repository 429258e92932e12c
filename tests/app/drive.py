#!/usr/bin/env python3
"""Drives the window as a user does, from another process: buttons and labels over
AT-SPI, keys with xdotool, another start of the program.  TAP; screenshots are left in
OUT.  Usage: drive.py DIPTYCH OUT  (on an X display; starts its own session bus)"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

if os.environ.get('DIPTYCH_DRIVEN') != '1':
    if 'DISPLAY' not in os.environ:
        print('1..0 # SKIP no display')
        sys.exit(0)
    os.environ.update(DIPTYCH_DRIVEN='1', GTK_A11Y='atspi', NO_AT_BRIDGE='0')
    os.execvp('dbus-run-session', ['dbus-run-session', '--', sys.executable] + sys.argv)

import gi  # noqa: E402
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, Gio, GLib  # noqa: E402

DIPTYCH, OUT = sys.argv[1], pathlib.Path(sys.argv[2])
N_STEPS = 40
APP_ID = 'io.github.diptych.Diptych'
STATUS = None
PATIENCE = 60  # seconds for anything; a cold driver cache compiles kernels first


class Fault(Exception):
    pass


def wait_for(what, look, patience=PATIENCE):
    """The first true answer of look(), asked again and again."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            answer = look()
        except GLib.Error:
            answer = None
        if answer:
            return answer
        time.sleep(0.03)
    raise Fault(f'waited in vain for {what}')


def walk(node):
    node.clear_cache()
    yield node
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield from walk(child)


def application():
    desktop = Atspi.get_desktop(0)
    for i in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(i)
        if child is not None and 'diptych' in (child.get_name() or '').lower():
            return child
    return None


def find(role, pattern):
    app = application()
    for node in walk(app) if app else ():
        if node.get_role_name() == role and re.search(pattern, node.get_name() or ''):
            return node
    return None


def text_of(node):
    try:
        return (Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node)) or
                node.get_name())
    except GLib.Error:
        return node.get_name()


def status(pattern):
    """What the status line says; walking the tree for it once is slow enough."""
    global STATUS
    if STATUS is None:
        app = application()
        for node in walk(app) if app else ():
            if node.get_role_name() == 'label' and re.search(
                    r'Loading the network|first step|Step \d+ of', text_of(node) or ''):
                STATUS = node
                break
    return re.search(pattern, text_of(STATUS) or '') if STATUS else None


def key(*names):
    subprocess.run(['xdotool', 'key', '--clearmodifiers', *names], check=True)


def shoot(name):
    path = OUT / f'{name}.png'
    subprocess.run(['import', '-window', 'root', str(path)], check=True)
    return path


def differ(a, b):
    """How many pixels of two screenshots differ."""
    done = subprocess.run(['compare', '-metric', 'AE', str(a), str(b), 'null:'],
                          capture_output=True, text=True)
    return float(done.stderr.split()[0])


def activate(action, parameter=None):
    """A window's action, as other programs of the desktop call it."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    values = [parameter] if parameter is not None else []
    bus.call_sync(APP_ID, '/io/github/diptych/Diptych/window/1', 'org.gtk.Actions',
                  'Activate', GLib.Variant('(sava{sv})', (action, values, {})), None,
                  Gio.DBusCallFlags.NONE, -1, None)


def seed():
    node = find('spin button', '^Seed$')
    return int(Atspi.Value.get_current_value(node)) if node else None


def start():
    wait_for('the start page', lambda: find('push button', 'Try the Demo'))
    time.sleep(0.5)
    shoot('1-start')


def try_the_demo():
    Atspi.Action.do_action(find('push button', 'Try the Demo'), 0)
    first = wait_for('a frame', lambda: status(r'Step (\d+) of'))
    wait_for('another frame', lambda: (f := status(r'Step (\d+) of')) and
             int(f[1]) > int(first[1]))
    shoot('2-running')


def pause():
    key('ctrl+p')
    paused = wait_for('the pause', lambda: status(r'Paused · seed 42 · Step (\d+) of'))
    time.sleep(0.4)
    again = status(r'Paused · seed 42 · Step (\d+) of')
    if again is None or again[1] != paused[1]:
        raise Fault('it went on while paused')
    return shoot('3-paused')


def scrub_back():
    before = OUT / '3-paused.png'
    key('Up')
    key('Up')
    time.sleep(0.5)
    after = shoot('4-scrubbed')
    if differ(before, after) < 2000:
        raise Fault('the pictures stayed the same')
    key('x')
    time.sleep(0.5)
    if differ(after, shoot('5-noisy')) < 2000:
        raise Fault('x_t looks like the predicted pair')
    key('x')


def resume_to_the_end():
    key('End')
    key('ctrl+p')
    wait_for('the pair in the library', lambda: status('Seed 42 is in the library'))
    wait_for('its thumbnail', lambda: find('image', 'Pair of seed 42') or
             find('icon', 'Pair of seed 42') or find('label', '^42 · '))
    time.sleep(0.5)
    shoot('6-library')


def fork():
    key('Up')
    key('Up')
    key('Up')
    key('ctrl+j')
    wait_for('what it comes to', lambda: find('label', 'to the last bit'))
    time.sleep(0.3)
    shoot('6-fork')
    key('Return')
    branch = wait_for('a lane of its own', lambda: find('list item', 'branch from step 37'))
    wait_for('the branch in the library', lambda: status('Seed 42 is in the library'))
    if find('list item', 'the first run') is None:
        raise Fault('the first run has no lane')
    if 'focusable' not in [s.value_nick for s in branch.get_state_set().get_states()]:
        raise Fault('a lane cannot be reached by keys')


def compare_branches():
    key('ctrl+m')
    wait_for('the difference', lambda: find('toggle button', 'RMSE') or
             find('label', 'RMSE of A and B'))
    time.sleep(0.5)
    shoot('6-compared')
    key('ctrl+m')
    key('ctrl+Up')
    key('End')
    time.sleep(0.3)


def stop():
    key('ctrl+Return')
    wait_for('a step of the next run', lambda: status(r'Seed (?!42 )\d+ · Step \d+ of'))
    key('Escape')
    wait_for('the stop', lambda: status('^Stopped$'))


def export_and_reopen():
    path = OUT / 'exported.png'
    path.unlink(missing_ok=True)
    activate('open-path', GLib.Variant('s', str(library_pair())))
    wait_for('seed 42', lambda: seed() == 42)
    activate('export-to', GLib.Variant('(ss)', ('pair', str(path))))
    wait_for('the exported picture', path.exists)
    key('d')
    wait_for('another seed', lambda: seed() != 42)
    subprocess.run([DIPTYCH, str(path)], check=True, timeout=60)
    wait_for('the settings of the picture', lambda: seed() == 42)
    time.sleep(0.5)
    shoot('7-reopened')


def library_pair():
    pairs = list((HOME / 'data' / 'diptych' / 'pairs').glob('pair-42-*.png'))
    if len(pairs) != 2:
        raise Fault(f'wanted seed 42 and its branch in the library, found {len(pairs)}')
    return min(pairs, key=lambda path: path.stat().st_mtime)


def quit_at_once():
    key('ctrl+q')
    if PROGRAM.wait(timeout=PATIENCE) != 0:
        raise Fault(f'it ended with {PROGRAM.returncode}')


STORY = [start, try_the_demo, pause, scrub_back, resume_to_the_end, fork,
         compare_branches, stop, export_and_reopen, quit_at_once]


def make_home():
    home = pathlib.Path(tempfile.mkdtemp(prefix='diptych-drive-'))
    keyfile = home / 'config' / 'glib-2.0' / 'settings' / 'keyfile'
    keyfile.parent.mkdir(parents=True)
    keyfile.write_text(f'[io/github/diptych/Diptych]\nsteps=uint32 {N_STEPS}\n')
    gtk = home / 'config' / 'gtk-4.0' / 'settings.ini'
    gtk.parent.mkdir(parents=True)
    gtk.write_text('[Settings]\ngtk-enable-animations=0\n')
    os.environ.update(XDG_DATA_HOME=str(home / 'data'), XDG_CONFIG_HOME=str(home / 'config'),
                      GSETTINGS_BACKEND='keyfile', GSK_RENDERER='cairo', LANGUAGE='C')
    return home


def main():
    print(f'1..{len(STORY)}', flush=True)
    failed = False
    for number, step in enumerate(STORY, 1):
        name = step.__name__.replace('_', ' ')
        if failed:
            print(f'not ok {number} - {name}\n# not tried', flush=True)
            continue
        try:
            step()
            print(f'ok {number} - {name}', flush=True)
        except (Fault, GLib.Error, subprocess.SubprocessError) as error:
            failed = True
            shoot('failed')
            for node in walk(application()) if application() else ():
                if node.get_role_name() == 'label':
                    print('#   label:', text_of(node))
            print(f'not ok {number} - {name}\n# {error}', flush=True)
            print(f'{name}: {error}', file=sys.stderr, flush=True)
    return failed


OUT.mkdir(parents=True, exist_ok=True)
HOME = make_home()
# The registry, the window manager and the program, in this order.
MANAGER = subprocess.Popen(['openbox'], stderr=subprocess.DEVNULL)
PROGRAM = subprocess.Popen([DIPTYCH])
try:
    FAILED = main()
finally:
    for process in (PROGRAM, MANAGER):
        if process.poll() is None:
            process.kill()
            process.wait()
    shutil.rmtree(HOME, ignore_errors=True)
sys.exit(FAILED)
