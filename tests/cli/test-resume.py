#!/usr/bin/env python3
"""Ctrl+C and kill -9 during `sample`: only whole files, and --resume completes
to the same bytes as an undisturbed run."""
import json
import pathlib
import random
import signal
import subprocess
import time

from common import CLI, DATA, Tap, folder, read_png, refuse, run

MODEL = DATA / 'unet' / 'c3_butterflies_mini' / 'pipeline'
COUNT = 6
ARGS = ['sample', str(MODEL), '--steps', '40', '--count', str(COUNT), '--seed', '100',
        '--scheduler', 'ddpm', '--format', 'png,png16,safetensors']


def list_files(out):
    return {p.name: p.read_bytes() for p in sorted(pathlib.Path(out).iterdir())
            if p.name != 'manifest.jsonl'}


def read_manifest(out):
    path = pathlib.Path(out) / 'manifest.jsonl'
    text = path.read_text() if path.exists() else ''
    # The last line may be torn by kill -9; every other must be whole.
    lines = text.split('\n')[:-1]
    return [json.loads(line) for line in lines]


def start(out):
    return subprocess.Popen([CLI, *ARGS, '-o', out, '--quiet'], stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)


def check_whole(out, wanted):
    """Every file under its final name is one of the undisturbed run's, byte for byte."""
    for name, data in list_files(out).items():
        if name in wanted:
            assert data == wanted[name], f'{name} is torn'


def finish(out, wanted):
    run(*ARGS, '-o', out, '--resume')
    found = list_files(out)
    assert {n: d for n, d in found.items() if n in wanted} == wanted
    assert {line['seed'] for line in read_manifest(out)} == set(range(100, 100 + COUNT))


def interrupt(wanted, seconds):
    with folder() as out:
        process = start(f'{out}/p')
        pause = max(0.2, random.random() * seconds)
        time.sleep(pause)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        before = time.monotonic()
        _, err = process.communicate(timeout=60)
        if process.returncode == 0:
            return
        assert process.returncode == 130, f'exit {process.returncode}: {err}'
        assert len(err.splitlines()) == 1, err
        print(f'# interrupted after {pause:.2f} s, ended {time.monotonic() - before:.2f} s later')
        # Nothing half-made, not even under another name.
        leftovers = set(list_files(f'{out}/p')) - set(wanted) if pathlib.Path(out, 'p').exists() \
            else set()
        assert not leftovers, leftovers
        check_whole(f'{out}/p', wanted) if pathlib.Path(out, 'p').exists() else None
        finish(f'{out}/p', wanted)


def kill(wanted, seconds):
    with folder() as out:
        process = start(f'{out}/p')
        time.sleep(0.2 + random.random() * seconds)
        process.kill()
        process.communicate()
        if pathlib.Path(out, 'p').exists():
            check_whole(f'{out}/p', wanted)
        finish(f'{out}/p', wanted)


def damaged(wanted):
    """A listed file that was damaged or lost since is made again."""
    with folder() as out:
        run(*ARGS, '-o', out)
        path = pathlib.Path(out) / 'pair-101.png'
        path.write_bytes(path.read_bytes()[:-7])
        (pathlib.Path(out) / 'pair-103.safetensors').unlink()
        done, _ = run(*ARGS, '-o', out, '--resume')
        assert 'pair-101.png' in done and 'pair-103.safetensors' in done
        assert 'pair-100.png' not in done, 'made again what was whole'
        assert list_files(out) == wanted


def other_settings():
    with folder() as out:
        run(*ARGS, '-o', out, '--count', 1)
        refuse(*ARGS, '-o', out, '--resume', '--steps', 39, says=('steps', '40', '39'))


def shards(wanted):
    """Shares of any number of processes are the whole, without overlap."""
    with folder() as out:
        for i in (2, 1, 4, 3):
            run(*ARGS, '-o', out, '--shard', f'{i}/4', '--batch', 2)
        assert list_files(out) == wanted
        assert len(read_manifest(out)) == COUNT


def formats_agree(out):
    """The three formats hold one picture."""
    _, _, _, pixels, _ = read_png(f'{out}/pair-100.png')
    for channel, view in enumerate(('CC', 'MLO', 'third')):
        width, height, channels, values, _ = read_png(f'{out}/pair-100-{view}.png')
        assert channels == 1 and len(values) == width * height
        for i, value in enumerate(values):
            assert abs(value / 257 - pixels[3 * i + channel]) <= 0.5 + 1e-9


def main():
    tap = Tap()
    seed = random.SystemRandom().randrange(1 << 32)
    random.seed(seed)
    print(f'# random seed {seed}')
    with folder() as out:
        started = time.monotonic()
        run(*ARGS, '-o', out)
        seconds = time.monotonic() - started
        wanted = list_files(out)
        tap.test('/resume/formats', formats_agree, out)
    for i in range(4):
        tap.test(f'/resume/interrupt/{i}', interrupt, wanted, seconds)
    for i in range(4):
        tap.test(f'/resume/kill/{i}', kill, wanted, seconds)
    tap.test('/resume/damaged', damaged, wanted)
    tap.test('/resume/other-settings', other_settings)
    tap.test('/resume/shards', shards, wanted)
    tap.done()


main()
