#!/usr/bin/env python3
"""Diptych against PyTorch and diffusers on this machine's CPU, step by step in turn.

usage: compare.py DIPTYCH_CLI [--python PYTHON] [--work DIR] [--repeats N]
                  [--batches 1,4] [--only demo|large|costs] [--costs 64,128,256,512:1,2,4,8]

Without --python, torch and diffusers are installed from PyPI into DIR/venv.  The large
network has google/ddpm-celebahq-256's architecture and random weights, and is made once.
--only costs prints seconds a step for sizes and batches, without PyTorch.
Not part of ./check: it takes minutes, and what it prints depends on the machine.
"""
import argparse
import json
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
MAKE = '''
import sys, diffusers, torch
torch.manual_seed(0)
unet = diffusers.UNet2DModel(
    sample_size=256, in_channels=3, out_channels=3, layers_per_block=2,
    block_out_channels=(128, 128, 256, 256, 512, 512),
    down_block_types=('DownBlock2D',) * 4 + ('AttnDownBlock2D', 'DownBlock2D'),
    up_block_types=('UpBlock2D', 'AttnUpBlock2D') + ('UpBlock2D',) * 4,
    attention_head_dim=None, norm_eps=1e-6, downsample_padding=0, flip_sin_to_cos=False,
    freq_shift=1)
diffusers.DDPMPipeline(unet, diffusers.DDPMScheduler(variance_type='fixed_small')
                       ).save_pretrained(sys.argv[1])
'''


def find_python(args):
    if args.python:
        return args.python
    venv = args.work / 'venv'
    if not (venv / 'READY').exists():
        subprocess.run([sys.executable, '-m', 'venv', venv], check=True)
        subprocess.run([venv / 'bin/pip', 'install', '--quiet', 'torch', 'diffusers', 'safetensors',
                        '--extra-index-url', 'https://download.pytorch.org/whl/cpu'], check=True)
        (venv / 'READY').touch()
    return venv / 'bin/python'


def find_large(args):
    large = args.work / 'celebahq-256'
    if not (large / 'model_index.json').exists():
        subprocess.run([find_python(args), '-c', MAKE, large], check=True)
    return large


def bench(args, checkpoint, size, batch, repeats, beside=None):
    command = [args.cli, '--json', '--quiet', '--device', 'cpu', '--precision', args.precision,
               'bench', checkpoint, '--size', f'{size}x{size}', '--batch', str(batch),
               '--repeats', str(repeats)]
    if beside:
        command += ['--beside', shlex.join(map(str, beside))]
    result = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True)
    return json.loads(result.stdout)


def compare_layers(ours, path):
    """3x3 convolutions of stride 1 and at least 32 x 32 pixels; ours with all that is
    folded into them."""
    theirs = {(layer['in'], layer['out'], layer['size']): layer['seconds']
              for layer in json.loads(path.read_text()) if layer['stride'] == 1 and layer['size'] >= 32}
    times = {}
    for node in ours['nodes']:
        if node['op'] != 'conv2d':
            continue
        for key in theirs:
            macs = key[0] * key[1] * 9 * key[2] ** 2
            if node['channels'] == key[1] and node['width'] == key[2] and abs(node['flops'] / 2 / macs - 1) < 0.05:
                times.setdefault(key, []).append(node['seconds'])
    for key, seconds in sorted(times.items(), key=lambda item: -item[0][2]):
        ours_median = sorted(seconds)[len(seconds) // 2]
        gflop = 2e-9 * key[0] * key[1] * 9 * key[2] ** 2
        print(f'  3x3 {key[0]:4} -> {key[1]:3} @ {key[2]:3}  ours {gflop / ours_median:6.1f}'
              f'  PyTorch {gflop / theirs[key]:6.1f} GFLOP/s  ratio {theirs[key] / ours_median:.2f}')


def compare(args, name, checkpoint, size, batch, repeats):
    layers = args.work / 'layers.json'
    beside = [find_python(args), HERE / 'torch-step.py', checkpoint, size, batch, layers]
    result = bench(args, checkpoint, size, batch, repeats, beside)
    print(f'{name}, {size} x {size}, batch {batch}: ours {result["step"]["median"]:.4f} s'
          f' ({result["step"]["gflops_per_second"]:.1f} GFLOP/s, {result["kernels"]}),'
          f' PyTorch {result["beside"]["median"]:.4f} s, ratio {result["beside_ratio"]:.2f}', flush=True)
    if size >= 256:
        compare_layers(result, layers)


def print_costs(args):
    sizes, batches = args.costs.split(':')
    for size in map(int, sizes.split(',')):
        for batch in map(int, batches.split(',')):
            try:
                result = bench(args, find_large(args), size, batch, 1)
            except subprocess.CalledProcessError:
                print(f'{size:4} x {size:<4} batch {batch}: refused (see above)')
                continue
            print(f'{size:4} x {size:<4} batch {batch}: {result["step"]["median"]:8.3f} s a step,'
                  f' {result["flops"] / 1e9:9.1f} GFLOP, {result["step"]["gflops_per_second"]:6.1f} GFLOP/s,'
                  f' {result["memory"]["planned"] / 1e6:7.0f} MB', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('cli', type=pathlib.Path)
    parser.add_argument('--python')
    parser.add_argument('--work', type=pathlib.Path, default=pathlib.Path.cwd() / 'bench')
    parser.add_argument('--repeats', type=int, default=5)
    parser.add_argument('--batches', default='1,4')
    parser.add_argument('--precision', default='fp32')
    parser.add_argument('--only', choices=['demo', 'large', 'costs'])
    parser.add_argument('--costs', default='64,128,256,512:1,2,4,8')
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    if args.only == 'costs':
        return print_costs(args)
    if args.only != 'large':
        compare(args, 'demo', HERE.parent.parent / 'data/demo', 128, 1, 4 * args.repeats)
    if args.only != 'demo':
        for batch in map(int, args.batches.split(',')):
            compare(args, '113.7 M parameters', find_large(args), 256, batch, args.repeats)


if __name__ == '__main__':
    main()
