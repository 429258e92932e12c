#!/usr/bin/env python3
"""How far the pictures of a precision are from strict ones.

    tests/bench/pictures.py CLI [--precision auto] [--seeds 32] [--first 42] [--steps 50]
                            [--batch 4] [--checkpoint DIR] [--size WxH] [--strict DIR]
                            [--other DIR]

Generates the same seeds with --precision fp32 and with another, and compares the 8-bit
pictures.  At least 99.5 % of the values must be within 1, and none may differ by more
than 2; exit 1 where that is missed.  --strict, --other: folders of strict and other
pairs that were made before with the same settings, or where to keep them: what was
interrupted goes on there.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'cli'))
os.environ.setdefault('DIPTYCH_CLI', '')
os.environ.setdefault('DIPTYCH_TEST_DATA', '')
from common import read_png  # noqa: E402

MOST_OFF = 0.005
LARGEST = 2


def sample(options, precision, folder):
    command = [options.cli, '--precision', precision, '--quiet', '--json', 'sample']
    if options.checkpoint:
        command.append(options.checkpoint)
    if options.size:
        command += ['--size', options.size]
    command += ['-o', folder, '--steps', options.steps, '--seed', options.first,
                '--count', options.seeds, '--batch', options.batch]
    if os.path.exists(f'{folder}/manifest.jsonl'):
        command.append('--resume')
    done = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE)
    pairs = json.loads(done.stdout)['pairs']
    kernels = sorted({pair['kernels'] for pair in pairs})
    return ', '.join(kernels) if kernels else 'made before'


def compare(a, b, seed):
    """Counts of differences by size."""
    values = [read_png(f'{folder}/pair-{seed}.png')[3] for folder in (a, b)]
    assert len(values[0]) == len(values[1])
    counts = {}
    for x, y in zip(*values):
        counts[abs(x - y)] = counts.get(abs(x - y), 0) + 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('cli')
    parser.add_argument('--precision', default='auto')
    parser.add_argument('--seeds', type=int, default=32)
    parser.add_argument('--first', type=int, default=42)
    parser.add_argument('--steps', type=int, default=50)
    parser.add_argument('--batch', type=int, default=4)
    parser.add_argument('--checkpoint')
    parser.add_argument('--size')
    parser.add_argument('--strict')
    parser.add_argument('--other')
    options = parser.parse_args()

    total = {}
    with tempfile.TemporaryDirectory(prefix='diptych-pictures-') as scratch:
        strict = options.strict or f'{scratch}/strict'
        other = options.other or f'{scratch}/other'
        print('fp32:', sample(options, 'fp32', strict), flush=True)
        print(f'{options.precision}:', sample(options, options.precision, other), flush=True)
        for seed in range(options.first, options.first + options.seeds):
            for size, n in compare(strict, other, seed).items():
                total[size] = total.get(size, 0) + n

    n = sum(total.values())
    off = n - total.get(0, 0)
    far = n - total.get(0, 0) - total.get(1, 0)
    largest = max(total)
    print(f'{options.seeds} seeds, {options.steps} steps, {n} values: {off} differ '
          f'({100 * off / n:.4f} %), {far} by more than 1 ({100 * far / n:.4f} %), '
          f'the largest by {largest}')
    is_within = far <= MOST_OFF * n and largest <= LARGEST
    print('within the bound' if is_within else 'OUTSIDE the bound')
    sys.exit(not is_within)


main()
