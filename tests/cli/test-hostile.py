#!/usr/bin/env python3
"""Damaged and malicious files: each refused with one clear line that names it.

tests/data/broken/expected.json says of every file whether it must be accepted,
must be refused, or may be either.  None may crash, hang, execute anything, or
take memory beyond twice its size before it is refused.
"""
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys

from common import CLI, DATA, Tap, folder

BROKEN = DATA / 'broken'
PWNED = pathlib.Path('/tmp/pwned')
# Sanitizers have memory of their own; the program as it is used is measured.
IS_MEASURING = '--sanitized' not in sys.argv
# What any process of ours may take beside the file: libraries and JSON trees.
SLACK = 8 << 20


def list_preloads():
    """Libraries that must come first and stay: the sanitizers', and Mesa's driver,
    whose own 128 bytes count as leaked once the loader has unloaded it."""
    preloads = [subprocess.check_output(['gcc', f'-print-file-name={name}'], text=True).strip()
                for name in ('libasan.so', 'libubsan.so')]
    for path in pathlib.Path('/usr/share/vulkan/icd.d').glob('lvp_icd*.json'):
        preloads.append(json.loads(path.read_text())['ICD']['library_path'])
    return ' '.join(preloads)


ENVIRONMENT = dict(os.environ) if IS_MEASURING else {**os.environ, 'LD_PRELOAD': list_preloads()}


def call(*args):
    """(exit code, stderr lines)"""
    process = subprocess.Popen([CLI, *map(str, args)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env=ENVIRONMENT)
    try:
        _, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError('hangs')
    return process.returncode, err.decode('utf-8', 'replace').splitlines()


def call_measured(*args):
    """The same, and peak memory in bytes, through a child of its own: rusage counts
    all children of a process together."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        code, lines = call(*args)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        os.write(write_end, json.dumps([code, lines, peak]).encode())
        os._exit(0)
    os.close(write_end)
    data = b''
    while chunk := os.read(read_end, 65536):
        data += chunk
    os.close(read_end)
    os.waitpid(pid, 0)
    assert data, 'the child died'
    return json.loads(data)


def check_refusal(lines, name):
    lines = [line for line in lines if not line.startswith('No GPU with Vulkan')]
    assert len(lines) == 1, f'wants one line, found {lines}'
    assert lines[0].startswith('diptych-cli: '), lines[0]
    assert name in lines[0], f'{name!r} not in {lines[0]!r}'


def judge(expect, code, lines, name):
    assert not PWNED.exists(), 'executed what was in the file'
    assert code in (0, 1, 2), f'exit {code}: {lines[-5:]}'
    if expect == 'accept':
        assert code == 0, f'refused: {lines}'
    if expect == 'reject':
        assert code == 1, f'exit {code}: not refused'
    if code != 0:
        check_refusal(lines, name)


def container(path, expect, baseline):
    code, lines, peak = call_measured('--json', 'info', path)
    judge(expect, code, lines, path.name)
    limit = baseline + 2 * path.stat().st_size + SLACK
    if IS_MEASURING and code != 0:
        assert peak <= limit, f'{peak} bytes of memory, {limit} allowed'


def model(path, expect, out):
    code, lines, _ = call_measured('sample', path, '-o', out, '--steps', 2, '--quiet')
    # The fault may lie in any of the folder's files; the line names one of them.
    judge(expect, code, lines, path.name)
    if code != 0:
        assert not list(pathlib.Path(out).glob('pair-*')), 'a picture was left'


def replaced(path, expect, target, out):
    base = pathlib.Path(out) / 'model'
    shutil.copytree(BROKEN / 'models' / 'ok_base', base)
    shutil.copyfile(path, base / target)
    code, lines, _ = call_measured('sample', base, '-o', f'{out}/pairs', '--steps', 2,
                                   '--quiet')
    judge(expect, code, lines, 'model')


TARGETS = {
    'unet_config': 'unet/config.json',
    'scheduler_config': 'scheduler/scheduler_config.json',
    'model_index': 'model_index.json',
}


def in_folder(function, *args):
    with folder() as out:
        function(*args, out)


def main():
    tap = Tap()
    if PWNED.exists():
        PWNED.unlink()
    ok = BROKEN / 'safetensors' / 'ok_two_tensors.safetensors'
    baseline = call_measured('--json', 'info', ok)[2]
    for entry in json.loads((BROKEN / 'expected.json').read_text())['files']:
        path = BROKEN / entry.get('file', entry.get('folder'))
        kind = path.relative_to(BROKEN).parts[0]
        name = f'/hostile/{path.relative_to(BROKEN)}'
        if kind in ('safetensors', 'pickle'):
            tap.test(name, container, path, entry['expect'], baseline)
        elif kind == 'models':
            tap.test(name, in_folder, model, path, entry['expect'])
        else:
            tap.test(name, in_folder, replaced, path, entry['expect'], TARGETS[kind])
    tap.done()


main()
