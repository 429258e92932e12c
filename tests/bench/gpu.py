#!/usr/bin/env python3
"""What a person with a GPU runs first: is it right, how fast is it, and against PyTorch.

    tests/bench/gpu.py BUILD [--python PYTHON] [--work DIR] [--device DEVICE]
                       [--checkpoint DIR] [--size 256] [--batches 1,16] [--repeats 10]
                       [--only right,fast,pictures] [--no-compile] [--seeds 32] [--steps 50]

BUILD is a build folder with the tests.  PYTHON has torch (with CUDA) and diffusers;
without it, figures are ours alone.  The network is google/ddpm-celebahq-256's architecture
with random weights (made in DIR once, which needs PYTHON), or --checkpoint.

right:    op table and tiles in float32, half precision and with cooperative matrices;
          self-test of everything auto may choose, on the demo
fast:     seconds a step of each kind of kernels, in turn with PyTorch eager and compiled,
          channels last, half precision; share of each kind of operation
pictures: the demo's first seeds by auto and by fp16 against strict ones
"""
import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
KERNELS = {'generic': 'fp32', 'generic-fp16': 'fp16', 'generic-matrix': 'fp16'}


def call(command, kernels=None, **options):
    env = dict(os.environ, **({'DIPTYCH_KERNELS': kernels} if kernels else {}))
    return subprocess.run(list(map(str, command)), env=env, **options)


def find_device(args):
    command = [args.cli, '--json'] + (['--device', args.device] if args.device else [])
    done = call(command + ['devices'], stdout=subprocess.PIPE, check=True)
    return [device for device in json.loads(done.stdout) if device['is_chosen']][0]


def list_kernels(device):
    yield 'generic'
    if device['half_storage']:
        yield 'generic-fp16'
    if device['matrix']:
        yield 'generic-matrix'


def find_checkpoint(args):
    if args.checkpoint:
        return args.checkpoint
    path = args.work / 'celebahq-256'
    if not (path / 'model_index.json').exists():
        if not args.python:
            sys.exit('gpu.py: without --checkpoint the network is made with --python')
        from runpy import run_path
        make = run_path(str(HERE / 'compare.py'), run_name='compare')['MAKE']
        call([args.python, '-c', make, path], check=True)
    return path


def check_right(args, device):
    """The tests open the best device there is."""
    n_failed = 0
    for kernels in list_kernels(device):
        for test in 'ops', 'tiles':
            done = call([args.build / f'tests/render/test-render-{test}'], kernels,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            lines = done.stdout.decode('utf-8', 'replace').splitlines()
            n_ok = sum(line.startswith('ok ') for line in lines)
            print(f'{test}, {kernels}: {n_ok} cases', 'right' if done.returncode == 0 else 'FAILED',
                  flush=True)
            if done.returncode != 0:
                n_failed += 1
                print(*lines[-5:], sep='\n')
    for precision in 'auto', 'fp16':
        done = call(args.base + ['--precision', precision, 'selftest'])
        n_failed += done.returncode != 0
    return n_failed


def bench(args, checkpoint, kernels, batch, beside):
    command = args.base + ['--json', '--quiet', '--precision', KERNELS[kernels], 'bench', checkpoint,
                           '--size', f'{args.size}x{args.size}', '--batch', batch,
                           '--repeats', args.repeats]
    if beside:
        command += ['--beside', shlex.join(map(str, beside))]
    done = call(command, kernels, stdout=subprocess.PIPE)
    return json.loads(done.stdout) if done.returncode == 0 else None


def print_bench(name, result):
    if result is None:
        print(f'{name}: FAILED')
        return
    text = (f'{name}: {result["step"]["median"] * 1e3:.2f} ms a step, '
            f'{result["step"]["gflops_per_second"] / 1e3:.2f} TFLOP/s')
    if 'beside' in result:
        text += (f'; PyTorch {result["beside"]["median"] * 1e3:.2f} ms, '
                 f'ours is {result["beside_ratio"]:.2f} times as fast')
    print(text, flush=True)


def measure(args, device):
    checkpoint = find_checkpoint(args)
    forms = ['eager'] + ([] if args.no_compile else ['compiled'])
    n_failed = 0
    for batch in args.batches.split(','):
        for kernels in list_kernels(device):
            for form in forms if args.python else [None]:
                beside = form and [args.python, HERE / 'torch-gpu.py', checkpoint, args.size,
                                   batch, KERNELS[kernels], form]
                result = bench(args, checkpoint, kernels, batch, beside)
                n_failed += result is None
                print_bench(f'{kernels}, batch {batch}' + (f', PyTorch {form}' if form else ''),
                            result)
            for row in (result or {}).get('ops', []):
                print(f'    {row["op"]:12} {row["seconds"] * 1e3:8.2f} ms {100 * row["share"]:5.1f} % '
                      f'{row["gflops_per_second"] / 1e3:7.2f} TFLOP/s')
    return n_failed


def compare_pictures(args):
    n_failed = 0
    for precision in 'auto', 'fp16':
        n_failed += call([HERE / 'pictures.py', args.cli, '--precision', precision, '--seeds',
                          args.seeds, '--steps', args.steps, '--strict',
                          args.work / f'strict-{args.seeds}-{args.steps}']).returncode != 0
    return n_failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--python')
    parser.add_argument('--work', type=pathlib.Path, default=pathlib.Path.cwd() / 'bench')
    parser.add_argument('--device')
    parser.add_argument('--checkpoint')
    parser.add_argument('--size', type=int, default=256)
    parser.add_argument('--batches', default='1,16')
    parser.add_argument('--repeats', type=int, default=10)
    parser.add_argument('--only', default='right,fast,pictures')
    parser.add_argument('--no-compile', action='store_true')
    parser.add_argument('--seeds', type=int, default=32)
    parser.add_argument('--steps', type=int, default=50)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    args.build = args.build.resolve()
    args.cli = args.build / 'app/cli/diptych-cli'
    args.base = [args.cli] + (['--device', args.device] if args.device else [])

    device = find_device(args)
    print(f'{device["name"]} ({device["type"]}), {device["driver"]}')
    parts = args.only.split(',')
    n_failed = 0
    if 'right' in parts:
        n_failed += check_right(args, device)
    if 'fast' in parts:
        n_failed += measure(args, device)
    if 'pictures' in parts:
        n_failed += compare_pictures(args)
    print('all right' if n_failed == 0 else f'{n_failed} FAILED')
    sys.exit(n_failed > 0)


main()
