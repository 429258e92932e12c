#!/usr/bin/env python3
"""--precision: what it came to is said, and pictures of auto and fp16 are within their
bound of strict ones.  tests/bench/pictures.py does the same for many seeds."""
import json

from common import DATA, Tap, folder, read_png, run

DEMO = DATA.parent.parent / 'data' / 'demo'
MODEL = DATA / 'unet' / 'c2_cifar10_mini' / 'pipeline'
SEEDS = range(42, 44)


def sample(out, precision):
    text, _ = run('--precision', precision, '--json', '--quiet', 'sample', DEMO, '-o', out,
                  '--steps', 4, '--seed', SEEDS[0], '--count', len(SEEDS), '--size', '32x32')
    for pair in json.loads(text)['pairs']:
        assert pair['precision'] == precision and pair['kernels'], pair
    return {pair['kernels'] for pair in json.loads(text)['pairs']}


def within_bound(precision):
    with folder() as strict, folder() as other:
        sample(strict, 'fp32')
        kernels = sample(other, precision)
        values = [[], []]
        for seed in SEEDS:
            for i, out in enumerate((strict, other)):
                values[i] += read_png(f'{out}/pair-{seed}.png')[3]
    differences = [abs(a - b) for a, b in zip(*values)]
    n_far = sum(d > 1 for d in differences)
    print(f'# {precision} is {kernels}: {sum(d > 0 for d in differences)} of {len(differences)} '
          f'values differ, {n_far} by more than 1, the largest by {max(differences)}')
    assert n_far <= 0.005 * len(differences) and max(differences) <= 2


def fp16_is_half():
    """Weights take about half: channels are padded otherwise on CPU devices."""
    found = [json.loads(run('--precision', precision, '--json', '--quiet', 'info', MODEL)[0])
             for precision in ('fp32', 'fp16')]
    assert found[1]['memory']['weights'] < 0.7 * found[0]['memory']['weights']


def selftest():
    found = json.loads(run('--precision', 'fp16', '--json', '--quiet', 'selftest', MODEL,
                           '--size', '8x8')[0])
    assert found['passed'] and found['precision'] == 'fp16'
    assert all('fp16' in row['kernels'] or 'matrix' in row['kernels'] for row in found['tests'])


def main():
    tap = Tap()
    tap.test('/precision/auto', within_bound, 'auto')
    tap.test('/precision/fp16', within_bound, 'fp16')
    tap.test('/precision/memory', fp16_is_half)
    tap.test('/precision/selftest', selftest)
    tap.done()


main()
