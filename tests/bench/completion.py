#!/usr/bin/env python3
"""Hides the MLO of phantom pairs, completes it, and asks whose breast it is.

usage: completion.py DIPTYCH_CLI [--pairs 50] [--steps 20] [--seed 4000000] [MORE OPTIONS OF sample]

For each pair: `sample --known cc` completes the MLO, an unconditional `sample` of the same
seed is what it is held against.  Compared are the breast masks that `measure --masks` finds
in the true, the completed and the unconditional MLO, by IoU; the difference of the two
means has a bootstrap interval of 95 %.  Also the known view's largest error, of 255.
Needs numpy and pillow; no part of ./check.
"""
import argparse
import pathlib
import subprocess
import tempfile

import numpy as np
from PIL import Image


def run(cli, *words):
    subprocess.run([cli, *map(str, words)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def read_mlo_mask(folder, seed):
    return np.asarray(Image.open(folder / f'pair-{seed}-MLO-mask.png')) > 0


def measure_masks(cli, folder):
    masks = folder / 'masks'
    run(cli, 'measure', *sorted(folder.glob('pair-*.png')), '--masks', masks)
    return masks


def complete(cli, truth, out, seed, steps, more):
    """Returns the known view's largest error, in 8 bits."""
    cc = Image.open(truth).split()[0]
    given = out / f'given-{seed}-CC.png'
    cc.save(given)
    run(cli, 'sample', '-o', out, '--known', 'cc', given, '--seed', seed, '--steps', steps, *more)
    made = Image.open(out / f'pair-{seed}.png').split()[0]
    return int(np.abs(np.asarray(made, int) - np.asarray(cc, int)).max())


def iou(a, b):
    return (a & b).sum() / max(1, (a | b).sum())


def interval(values, n=10000):
    """95 % percentile bootstrap of the mean."""
    draws = np.random.default_rng(1).choice(values, (n, len(values))).mean(1)
    return np.percentile(draws, [2.5, 97.5])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('cli')
    parser.add_argument('--pairs', type=int, default=50)
    parser.add_argument('--steps', type=int, default=20)
    parser.add_argument('--seed', type=int, default=4000000)
    arguments, more = parser.parse_known_args()
    seeds = range(arguments.seed, arguments.seed + arguments.pairs)
    with tempfile.TemporaryDirectory() as top:
        true, known, free = (pathlib.Path(top) / name for name in ('true', 'known', 'free'))
        known.mkdir()
        run(arguments.cli, 'phantom', '-o', true, '--count', arguments.pairs, '--seed',
            arguments.seed, '--size', 128)
        run(arguments.cli, 'sample', '-o', free, '--count', arguments.pairs, '--seed',
            arguments.seed, '--steps', arguments.steps)
        errors = [complete(arguments.cli, true / f'pair-{seed}.png', known, seed,
                           arguments.steps, more) for seed in seeds]
        masks = [measure_masks(arguments.cli, folder) for folder in (true, known, free)]
        pairs = [[read_mlo_mask(folder, seed) for folder in masks] for seed in seeds]
    completed = np.array([iou(a, b) for a, b, _ in pairs])
    unconditional = np.array([iou(a, c) for a, _, c in pairs])
    gain = completed - unconditional
    print(f'{len(gain)} pairs, {arguments.steps} steps')
    for name, values in (('completed', completed), ('unconditional', unconditional),
                         ('completed - unconditional', gain)):
        low, high = interval(values)
        print(f'{name:26} IoU {values.mean():.4f}, 95 % of the mean {low:.4f} to {high:.4f}')
    print(f'better in {(gain > 0).sum()} of {len(gain)}; the known view is off by {max(errors)} of 255 at most')


if __name__ == '__main__':
    main()
