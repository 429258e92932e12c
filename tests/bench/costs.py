#!/usr/bin/env python3
"""Cost against work: seconds a step for picture sizes and batches, and how much more a
GFLOP costs than in the cheapest row so far, in which a cliff would show.

usage: costs.py DIPTYCH_CLI [--checkpoint DIR] [--sizes 64,128,256,512] [--batches 1,2,4,8]
                [--repeats 3] [--precision fp32] [--device DEVICE]

Prints a Markdown table: the fastest step of each row; GFLOP are the plain network's (a
multiplication and an addition are two).  "against the least" is what a GFLOP costs in
this row over what it costs in the cheapest above it.  Not part of ./check.
"""
import argparse
import json
import subprocess


def bench(options, size, batch):
    command = [options.cli, '--json', '--quiet', '--precision', options.precision]
    if options.device:
        command += ['--device', options.device]
    command += ['bench', '--size', f'{size}x{size}', '--batch', batch, '--repeats', options.repeats]
    if options.checkpoint:
        command.append(options.checkpoint)
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE)
    return json.loads(done.stdout) if done.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('cli')
    parser.add_argument('--checkpoint')
    parser.add_argument('--sizes', default='64,128,256,512')
    parser.add_argument('--batches', default='1,2,4,8')
    parser.add_argument('--repeats', type=int, default=3)
    parser.add_argument('--precision', default='fp32')
    parser.add_argument('--device')
    options = parser.parse_args()
    least = None
    print('| size | batch | GFLOP a step | s a step | s a picture | GFLOP/s | against the least | planned MB |')
    print('|---|---|---|---|---|---|---|---|')
    for size in options.sizes.split(','):
        for batch in map(int, options.batches.split(',')):
            result = bench(options, size, batch)
            if result is None:
                print(f'| {size} | {batch} | refused | | | | | |', flush=True)
                continue
            gflop, seconds = result['flops'] / 1e9, result['step']['min']
            least = min(least or seconds / gflop, seconds / gflop)
            print(f'| {size} | {batch} | {gflop:.2f} | {seconds:.3f} | {seconds / batch:.3f} |'
                  f' {gflop / seconds:.1f} | {seconds / gflop / least:.2f} |'
                  f' {result["memory"]["planned"] / 1e6:.0f} |', flush=True)


main()
